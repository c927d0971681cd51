//! Collecting a process that has ended and that nothing else waits for, as the first process of a container has to.

/// Takes a dead child out of the process table (wait(2), WNOHANG): false where it lives, or is no child of this process.
#[cfg(unix)]
pub fn child(pid: u32) -> bool {
    use rustix::process::{Pid, WaitOptions, waitpid};
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return false;
    };
    matches!(waitpid(Some(pid), WaitOptions::NOHANG), Ok(Some(_)))
}

#[cfg(not(unix))]
pub fn child(_pid: u32) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::child;
    use std::process::Command;

    #[test]
    fn a_dead_child_is_collected_once_and_a_living_one_never() {
        let mut living = Command::new("sleep").arg("60").spawn().unwrap();
        assert!(!child(living.id()));
        #[expect(clippy::zombie_processes, reason = "`child` is what waits for it")]
        let dead = Command::new("true").spawn().unwrap();
        while !child(dead.id()) {
            std::thread::yield_now();
        }
        assert!(!child(dead.id()));
        assert!(!child(1));
        assert!(!child(0));
        living.kill().unwrap();
        living.wait().unwrap();
    }
}
