//! Events, from the operation that raises them to the client or callback that receives them.

mod callback;
mod catalogue;
mod chat;
mod command_line;
mod crash;
mod permissions;
mod stream;
mod tls;
