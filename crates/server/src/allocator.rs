//! The allocator, told to give memory back soon.

use std::{env, os::unix::process::CommandExt, process::Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Options of mimalloc, which keeps for a second what nobody uses any more, and takes memory in huge pages: after many large requests
/// that is more than all that the server holds.
const OPTIONS: [(&str, &str); 3] =
    [("MIMALLOC_ARENA_EAGER_COMMIT", "0"), ("MIMALLOC_ALLOW_THP", "0"), ("MIMALLOC_PURGE_DELAY", "10")];

/// Begins this process anew with the options in its environment, unless one of them is there already. The allocator reads them before
/// `main`, and takes them in no other way without unsafe code. Where that fails, the server runs without them.
pub fn give_memory_back_soon() {
    if OPTIONS.iter().any(|(name, _)| env::var_os(name).is_some()) {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let mut arguments = env::args_os();
    let mut anew = Command::new(program);
    if let Some(name) = arguments.next() {
        anew.arg0(name);
    }
    // It returns only if it failed.
    let _ = anew.args(arguments).envs(OPTIONS).exec();
}
