//! The post: a [`Server`] that takes letters, and a [`Round`] that brings all letters of a campaign there.

mod round;
mod server;

pub use round::{Pace, Parcel, Report, Round};
pub use server::{Outcome, Post, Security, Server, Stopped};
