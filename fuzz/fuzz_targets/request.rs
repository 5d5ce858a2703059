#![no_main]

handbook_fuzz::target!("request");
