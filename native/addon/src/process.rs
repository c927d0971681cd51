//! Processes and signals for JavaScript: thin doors to `os`.

use crate::exact::{invalid, u32_of};
use crate::os::{boot, bury, notify, peer, replace, signals, start_time};
use napi::{Error, Result, Status};
use napi_derive::napi;
use std::collections::HashMap;

/// When the process started, in the system's own unit, or null when there is none alive (a zombie is not).
/// Equal text, pid and boot id mean the same process.
#[napi(catch_unwind)]
pub fn process_start_time(pid: f64) -> Option<String> {
    start_time::of(u32_of(pid)?)
}

/// An id that is new with every boot of the machine.
#[napi(catch_unwind)]
pub fn boot_id() -> Result<String> {
    boot::id().map_err(|error| {
        Error::new(
            Status::GenericFailure,
            format!("the boot id cannot be read: {error}"),
        )
    })
}

/// Asks the kernel to send this process `signal` when the thread that started it ends: true once that is armed,
/// false where the system cannot (all but Linux).
///
/// Give `parent`, the pid that must be the parent: where it is gone already the signal is sent at once.
#[napi(catch_unwind)]
pub fn set_parent_death_signal(signal: String, parent: Option<f64>) -> Result<bool> {
    let signal = signals::by_name(&signal)
        .ok_or_else(|| invalid(format!("{signal} is no signal's name")))?;
    let parent = parent
        .map(|pid| u32_of(pid).ok_or_else(|| invalid(format!("{pid} is no pid"))))
        .transpose()?;
    signals::on_parent_death(signal, parent).map_err(|error| {
        Error::new(
            Status::GenericFailure,
            format!("the parent-death signal: {error}"),
        )
    })
}

/// Replaces this process by `command` (looked up in the new environment's PATH unless it has a slash), with exactly
/// `env` as environment, default signal dispositions, an empty signal mask and only the three standard descriptors.
/// Comes back only to throw, with everything as it was.
#[napi(catch_unwind, ts_return_type = "never")]
pub fn exec_replace(
    command: String,
    #[napi(ts_arg_type = "ReadonlyArray<string>")] args: Vec<String>,
    env: HashMap<String, String>,
) -> Result<()> {
    let error = replace::exec(&command, &args, &env);
    Err(Error::new(
        Status::GenericFailure,
        format!("{command} could not be started: {error}"),
    ))
}

/// Takes a child of this process that has ended out of the process table: false where it lives, or is no child. Only for
/// processes that Node has not started: it waits for its own.
#[napi(catch_unwind)]
pub fn bury_child(pid: f64) -> bool {
    u32_of(pid).is_some_and(bury::child)
}

/// Tells the service manager a state such as `READY=1`: true when it was handed over, false when there is no manager
/// listening or it is not taking messages right now. Never blocks, never throws: no supervisor dies of it.
#[napi(catch_unwind)]
pub fn sd_notify(state: String) -> bool {
    notify::send(state.as_bytes()).unwrap_or(false)
}

/// The user id at the other end of a Unix socket, or null where the system does not tell, or the descriptor is no such
/// socket.
#[napi(catch_unwind)]
pub fn peer_uid(descriptor: f64) -> Option<u32> {
    let descriptor = i32::try_from(u32_of(descriptor)?).ok()?;
    peer::uid(descriptor).ok()
}

/// The process that listens on the Unix socket at `path`: its pid, 0 where it is in a pid namespace that cannot be seen from
/// here, null where none listens or this user may not connect.
#[napi(catch_unwind)]
pub fn listener_pid(path: String) -> Option<u32> {
    peer::listener(&path).ok()
}
