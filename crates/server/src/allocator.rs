//! The allocator, configured to return memory to the operating system soon.

use std::{env, os::unix::process::CommandExt, process::Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Options of mimalloc. By default it keeps unused memory for a second and allocates huge pages: after many large requests that is more
/// than all memory in use.
const OPTIONS: [(&str, &str); 3] =
    [("MIMALLOC_ARENA_EAGER_COMMIT", "0"), ("MIMALLOC_ALLOW_THP", "0"), ("MIMALLOC_PURGE_DELAY", "10")];

/// Replaces this process by itself with the options in its environment, unless one of them is set. The allocator reads them before `main`;
/// without unsafe code there is no other way to set them. If that fails, the server runs without them.
pub fn restart_with_options() {
    if OPTIONS.iter().any(|(name, _)| env::var_os(name).is_some()) {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let mut arguments = env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // It returns only if it failed.
    let _ = command.args(arguments).envs(OPTIONS).exec();
}
