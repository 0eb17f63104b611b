//! Hostile and broken clients against the started program, by raw sockets over loopback.

mod attack;
mod bodies;
mod bombs;
mod connections;
mod logs;
mod protocol;
mod raw;
mod readers;
mod tls;
