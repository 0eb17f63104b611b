//! Events, from the operation that causes them to the client or callback that receives them.

mod callback;
mod catalogue;
mod chat;
mod command_line;
mod crash;
mod rights;
mod stream;
mod tls;
