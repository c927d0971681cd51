//! Becoming another program, as a service manager would have started it: what Node did to signals and descriptors undone.

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::{FdFlags, fcntl_setfd};
use std::collections::HashMap;
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Executes `command` in place of this process. Returns only when that failed, with signals and flags as they were.
pub fn exec(command: &str, args: &[String], env: &HashMap<String, String>) -> io::Error {
    let ignored = stop_ignoring();
    let descriptors = prepare_descriptors();
    // `Command::exec` empties the signal mask and looks the command up in the new PATH.
    let error = Command::new(command)
        .args(args)
        .env_clear()
        .envs(env)
        .exec();
    ignored.into_iter().for_each(ignore);
    descriptors
        .into_iter()
        .for_each(|(descriptor, flags)| _ = fcntl_setfl(descriptor, flags));
    error
}

/// Gives every ignored signal its default disposition and names those that were ignored. Signals that are *caught* get
/// theirs by exec itself; ignored ones stay ignored over it, and Node ignores SIGPIPE.
fn stop_ignoring() -> Vec<libc::c_int> {
    // 64 is the last there is anywhere; asking for one that does not exist fails.
    (1..=64)
        .filter(|&signal| {
            let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
            // SAFETY: only asks for the present action; the buffer is one sigaction, valid when the call succeeds.
            let asked = unsafe { libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) };
            // SAFETY: initialised by the call, and zeroes before it, which are a valid sigaction too.
            let ignored =
                asked == 0 && unsafe { action.assume_init() }.sa_sigaction == libc::SIG_IGN;
            // SAFETY: the default disposition runs no code of ours.
            ignored && unsafe { libc::signal(signal, libc::SIG_DFL) } != libc::SIG_ERR
        })
        .collect()
}

fn ignore(signal: libc::c_int) {
    // SAFETY: ignoring runs no code of ours; it was ignored before.
    unsafe { libc::signal(signal, libc::SIG_IGN) };
}

/// Makes the three standard descriptors plain blocking ones that outlive exec, and lets nothing else outlive it (the
/// channel to the parent, for one). Returns the flags to put back if exec fails.
fn prepare_descriptors() -> Vec<(BorrowedFd<'static>, OFlags)> {
    for number in open_descriptors().into_iter().filter(|&number| number > 2) {
        // SAFETY: was open a moment ago; should it be closed by now, setting a flag on it fails or does no harm.
        let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
        let _ = fcntl_setfd(descriptor, FdFlags::CLOEXEC);
    }
    let mut changed = Vec::new();
    for number in 0..=2 {
        // SAFETY: standard descriptors are never closed by us; if one is, the calls below fail without harm.
        let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
        let _ = fcntl_setfd(descriptor, FdFlags::empty());
        if let Ok(flags) = fcntl_getfl(descriptor) {
            // Few programs expect EAGAIN on their own output.
            if flags.contains(OFlags::NONBLOCK)
                && fcntl_setfl(descriptor, flags - OFlags::NONBLOCK).is_ok()
            {
                changed.push((descriptor, flags));
            }
        }
    }
    changed
}

/// Numbers of the open descriptors; none where the system does not list them.
fn open_descriptors() -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir("/dev/fd") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}
