//! The operating system calls of the search: scheduling class, CPU time, cache size.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether mining threads keep to the efficiency cores of a Mac.
static EFFICIENT: AtomicBool = AtomicBool::new(false);

/// Before threads are started: on a Mac they get the class `background`, which stays on efficiency cores, instead of `utility`,
/// which takes any core that nothing more urgent wants. On Linux affinity says it (`numa::stay_on`).
pub fn prefer_efficient_cores(efficient: bool) {
    EFFICIENT.store(efficient, Ordering::Relaxed);
}

/// Lets this thread run only when nothing else wants the processor, as far as the system can promise that.
///
/// Failing is harmless (it then competes like any thread), so errors are not reported.
pub fn yield_to_everything() {
    #[cfg(target_os = "linux")]
    // SAFETY: plain system calls on the calling thread; the parameter lives until they return.
    unsafe {
        let parameter: libc::sched_param = std::mem::zeroed();
        libc::sched_setscheduler(0, libc::SCHED_IDLE, &parameter);
        // Linux keeps nice values by thread, so this is not the whole process.
        libc::setpriority(libc::PRIO_PROCESS, 0, 19);
    }
    #[cfg(target_os = "macos")]
    {
        let class = if EFFICIENT.load(Ordering::Relaxed) {
            libc::qos_class_t::QOS_CLASS_BACKGROUND
        } else {
            libc::qos_class_t::QOS_CLASS_UTILITY
        };
        // SAFETY: sets the class of the calling thread only.
        unsafe { libc::pthread_set_qos_class_self_np(class, 0) };
    }
}

/// How the system numbers this thread, or 0 where it does not tell (it does on Linux).
pub fn thread_id() -> u32 {
    #[cfg(target_os = "linux")]
    // SAFETY: gettid(2) takes nothing and always succeeds.
    return u32::try_from(unsafe { libc::gettid() }).unwrap_or(0);
    #[cfg(not(target_os = "linux"))]
    return 0;
}

/// Processor time that this thread has used, in seconds.
pub fn thread_cpu_seconds() -> f64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a timespec that lives until the call returns.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(failed, 0, "every supported system has this clock");
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// The second-level cache of a core, as far as the system tells, but no more than `most`: larger ones are shared, or gain
/// nothing.
pub fn second_level_cache_bytes(most: usize) -> usize {
    const USUAL: usize = 1 << 20;
    static FOUND: OnceLock<usize> = OnceLock::new();
    let found = *FOUND.get_or_init(|| {
        let text = std::fs::read_to_string("/sys/devices/system/cpu/cpu0/cache/index2/size");
        let kilobytes = text
            .ok()
            .and_then(|text| text.trim().strip_suffix('K')?.parse::<usize>().ok());
        kilobytes.map_or(USUAL, |kilobytes| kilobytes << 10)
    });
    found.clamp(128 << 10, most)
}

#[cfg(all(test, target_os = "macos"))]
mod mac_tests {
    use super::{prefer_efficient_cores, yield_to_everything};

    /// The class of a thread that yields, as the system has it.
    fn class_of_yielding_thread() -> u32 {
        std::thread::spawn(|| {
            yield_to_everything();
            let mut class = libc::qos_class_t::QOS_CLASS_UNSPECIFIED;
            let mut priority = 0;
            // SAFETY: both places live until the call returns.
            let failed = unsafe {
                libc::pthread_get_qos_class_np(libc::pthread_self(), &mut class, &mut priority)
            };
            assert_eq!(failed, 0);
            class as u32
        })
        .join()
        .unwrap()
    }

    #[test]
    fn all_cores_are_taken_as_a_utility_and_efficient_ones_in_the_background() {
        prefer_efficient_cores(true);
        assert_eq!(
            class_of_yielding_thread(),
            libc::qos_class_t::QOS_CLASS_BACKGROUND as u32
        );
        prefer_efficient_cores(false);
        assert_eq!(
            class_of_yielding_thread(),
            libc::qos_class_t::QOS_CLASS_UTILITY as u32
        );
    }
}
