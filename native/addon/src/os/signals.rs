//! Signals by name, and the one that tells a child of its parent's death.

use std::io;

/// The number of a signal that one may ask for.
pub fn by_name(name: &str) -> Option<libc::c_int> {
    Some(match name {
        "SIGHUP" => libc::SIGHUP,
        "SIGINT" => libc::SIGINT,
        "SIGTERM" => libc::SIGTERM,
        "SIGKILL" => libc::SIGKILL,
        "SIGUSR1" => libc::SIGUSR1,
        "SIGUSR2" => libc::SIGUSR2,
        _ => return None,
    })
}

/// Arms `signal` for the parent's death (prctl(2), PR_SET_PDEATHSIG). It fires when the *thread* that made this process
/// ends; Node spawns from its main thread. With `parent` given, a parent that is another by now has died before
/// the call, and the signal is sent at once.
#[cfg(target_os = "linux")]
pub fn on_parent_death(signal: libc::c_int, parent: Option<u32>) -> io::Result<bool> {
    use rustix::process::{Signal, getpid, getppid, kill_process, set_parent_process_death_signal};
    let signal = Signal::from_named_raw(signal).ok_or(io::ErrorKind::InvalidInput)?;
    let pid_now = || getppid().map_or(0, |pid| pid.as_raw_nonzero().get().unsigned_abs());
    let expected = parent.unwrap_or_else(pid_now);
    set_parent_process_death_signal(Some(signal))?;
    if pid_now() != expected {
        kill_process(getpid(), signal)?;
    }
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
pub fn on_parent_death(_signal: libc::c_int, _parent: Option<u32>) -> io::Result<bool> {
    Ok(false)
}
