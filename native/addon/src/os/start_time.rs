//! When a process started: together with the pid and the boot it names one process for ever.

/// Clock ticks after boot: field 22 of `/proc/PID/stat` (proc_pid_stat(5)). `None`: no such process, or a zombie.
#[cfg(target_os = "linux")]
pub fn of(pid: u32) -> Option<String> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    of_stat(&String::from_utf8_lossy(&stat)).map(str::to_owned)
}

/// The start time in a line of `/proc/PID/stat`, unless the process is dead.
#[cfg(target_os = "linux")]
fn of_stat(stat: &str) -> Option<&str> {
    // The command in parentheses may hold anything, also spaces and parentheses: the last one ends it.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    // `state` is field 3, so field 22 comes 19 later.
    if matches!(fields.next()?, "Z" | "X" | "x") {
        return None;
    }
    fields
        .nth(18)
        .filter(|field| field.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Seconds and microseconds since 1970 (proc_pidinfo, PROC_PIDTBSDINFO). `None`: no such process, or a zombie.
#[cfg(target_os = "macos")]
pub fn of(pid: u32) -> Option<String> {
    let pid = libc::c_int::try_from(pid).ok()?;
    let mut info = std::mem::MaybeUninit::<libc::proc_bsdinfo>::zeroed();
    let size = libc::c_int::try_from(size_of::<libc::proc_bsdinfo>()).ok()?;
    // SAFETY: the buffer is a proc_bsdinfo of `size` bytes, which is what this flavour writes.
    let written = unsafe {
        libc::proc_pidinfo(
            pid,
            libc::PROC_PIDTBSDINFO,
            0,
            info.as_mut_ptr().cast(),
            size,
        )
    };
    if written != size {
        return None;
    }
    // SAFETY: all of it was written; and it is plain integers, for which zeroes would do as well.
    let info = unsafe { info.assume_init() };
    let alive = info.pbi_status != libc::SZOMB;
    alive.then(|| format!("{}.{:06}", info.pbi_start_tvsec, info.pbi_start_tvusec))
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn of(_pid: u32) -> Option<String> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{of, of_stat};

    const FIELDS: &str = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 7654321 20 21";

    #[test]
    fn the_command_may_hold_anything() {
        for command in ["node", "a b", ") S 1 (", "(((", ""] {
            assert_eq!(
                of_stat(&format!("12 ({command}) {FIELDS}")),
                Some("7654321"),
                "{command}"
            );
        }
    }

    #[test]
    fn dead_and_garbled_processes_have_none() {
        assert_eq!(
            of_stat(&format!("12 (x) {}", FIELDS.replacen('S', "Z", 1))),
            None
        );
        for stat in [
            "",
            "12",
            "12 (x",
            "12 (x)",
            "12 (x) S 1 2",
            &format!("1 (x) {}", FIELDS.replace("7654321", "?")),
        ] {
            assert_eq!(of_stat(stat), None, "{stat}");
        }
    }

    #[test]
    fn this_process_has_one_and_the_largest_pid_none() {
        assert_eq!(of(std::process::id()), of(std::process::id()));
        assert!(of(std::process::id()).is_some());
        assert_eq!(of(u32::MAX), None);
    }
}
