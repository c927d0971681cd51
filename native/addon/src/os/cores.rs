//! How many physical cores this process may use: two threads of one core share its multipliers, so more mine no faster.

/// Physical cores within the affinity mask and the control group's quota, at least 1.
pub fn usable() -> u32 {
    // The standard library knows affinity mask and quota (cgroup v1 and v2), both counted in logical processors.
    let quota = std::thread::available_parallelism().map_or(1, |count| count.get());
    u32::try_from(physical().map_or(quota, |cores| cores.min(quota)))
        .unwrap_or(u32::MAX)
        .max(1)
}

/// Distinct physical cores in the affinity mask, `None` where the system does not tell.
#[cfg(target_os = "linux")]
fn physical() -> Option<usize> {
    let mask = rustix::thread::sched_getaffinity(None).ok()?;
    let allowed = (0..rustix::thread::CpuSet::MAX_CPU).filter(|&cpu| mask.is_set(cpu));
    count_cores(allowed, |cpu| {
        let topology = format!("/sys/devices/system/cpu/cpu{cpu}/topology");
        // The list of siblings is the same text for each thread of a core, and names the core across packages.
        ["core_cpus_list", "thread_siblings_list"]
            .iter()
            .find_map(|name| std::fs::read_to_string(format!("{topology}/{name}")).ok())
    })
}

/// Counts distinct cores; a processor whose core is not known leaves the count unknown.
#[cfg(target_os = "linux")]
fn count_cores(
    cpus: impl Iterator<Item = usize>,
    core_of: impl Fn(usize) -> Option<String>,
) -> Option<usize> {
    let cores: Option<std::collections::BTreeSet<String>> = cpus.map(core_of).collect();
    cores.map(|cores| cores.len()).filter(|&count| count > 0)
}

/// The machine's physical cores: macOS has neither affinity masks nor quotas.
#[cfg(target_os = "macos")]
fn physical() -> Option<usize> {
    super::sysctl::integer(c"hw.physicalcpu")
        .ok()
        .and_then(|count| usize::try_from(count).ok())
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn physical() -> Option<usize> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{count_cores, usable};

    #[test]
    fn threads_of_one_core_count_once() {
        let hyper_threaded = |cpu: usize| Some(format!("{},{}", cpu % 4, cpu % 4 + 4));
        assert_eq!(count_cores(0..8, hyper_threaded), Some(4));
        assert_eq!(count_cores([1, 5, 2].into_iter(), hyper_threaded), Some(2));
        assert_eq!(count_cores(0..8, |_| None), None);
        assert_eq!(count_cores(std::iter::empty(), hyper_threaded), None);
    }

    #[test]
    fn at_least_one_and_no_more_than_the_standard_library_allows() {
        let allowed = std::thread::available_parallelism().unwrap().get();
        assert!((1..=allowed).contains(&(usable() as usize)));
    }
}
