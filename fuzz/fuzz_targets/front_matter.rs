#![no_main]

handbook_fuzz::target!("front_matter");
