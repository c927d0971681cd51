//! Memory nodes: on a machine with several, each has its own copy of packed B', written and read by threads that stay on the
//! node, since memory of another node is half as fast.

use std::path::Path;

/// Processors of one node that this process may use.
pub type Node = Vec<usize>;

/// The nodes of this machine with processors that this process may use; empty where there are fewer than two, or where the
/// system does not tell.
pub fn nodes() -> Vec<Node> {
    nodes_below(Path::new("/sys/devices/system/node"), &allowed())
}

/// The same from the files below `root` (Linux, Documentation/ABI/stable/sysfs-devices-node).
fn nodes_below(root: &Path, allowed: &[usize]) -> Vec<Node> {
    let Ok(entries) = std::fs::read_dir(root) else {
        return Vec::new();
    };
    let mut nodes: Vec<Node> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            name.to_str()?.strip_prefix("node")?.parse::<u32>().ok()?;
            let list = std::fs::read_to_string(root.join(name).join("cpulist")).ok()?;
            let mut cpus = cpus_of(list.trim())?;
            cpus.retain(|cpu| allowed.contains(cpu));
            (!cpus.is_empty()).then_some(cpus)
        })
        .collect();
    nodes.sort();
    if nodes.len() < 2 {
        nodes.clear();
    }
    nodes
}

/// `0-3,8`: numbers and ranges.
fn cpus_of(list: &str) -> Option<Node> {
    /// More than any kernel has; a range from a wrong file must not fill the memory.
    const MOST: usize = 8192;
    let mut cpus = Vec::new();
    for part in list.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (first.parse().ok()?, last.parse::<usize>().ok()?);
        cpus.extend(first..=last.min(MOST));
    }
    Some(cpus)
}

/// The node of thread `index` of `threads`: as many threads on each as its part of the processors.
pub fn node_of(nodes: &[Node], index: usize, threads: usize) -> usize {
    let cpus: usize = nodes.iter().map(Vec::len).sum();
    let mut at = index * cpus / threads.max(1) % cpus.max(1);
    for (number, node) in nodes.iter().enumerate() {
        if at < node.len() {
            return number;
        }
        at -= node.len();
    }
    0
}

/// Processors that this process may use.
#[cfg(target_os = "linux")]
fn allowed() -> Vec<usize> {
    // SAFETY: the set lives until the call returns, which is told its size.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        if libc::sched_getaffinity(0, size_of_val(&set), &mut set) != 0 {
            return Vec::new();
        }
        (0..libc::CPU_SETSIZE as usize)
            .filter(|&cpu| libc::CPU_ISSET(cpu, &set))
            .collect()
    }
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> Vec<usize> {
    Vec::new()
}

/// Keeps this thread, and those that it starts, on these processors. Failing costs some speed only.
pub fn stay_on(node: &[usize]) {
    #[cfg(target_os = "linux")]
    // SAFETY: the set lives until the call returns; numbers beyond it are left out.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        for &cpu in node.iter().filter(|&&cpu| cpu < libc::CPU_SETSIZE as usize) {
            libc::CPU_SET(cpu, &mut set);
        }
        libc::sched_setaffinity(0, size_of_val(&set), &set);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = node;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder as the kernel's, with these lists.
    fn faked(name: &str, lists: &[&str]) -> std::path::PathBuf {
        let root = std::env::temp_dir().join(format!("pearl-numa-{}-{name}", std::process::id()));
        for (node, list) in lists.iter().enumerate() {
            let folder = root.join(format!("node{node}"));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("cpulist"), list).unwrap();
        }
        std::fs::write(root.join("possible"), "0-1\n").unwrap();
        root
    }

    #[test]
    fn nodes_are_those_with_processors_of_ours_and_none_where_there_is_one() {
        let all: Vec<usize> = (0..16).collect();
        type Case<'a> = (&'a str, &'a [&'a str], &'a [usize], &'a [&'a [usize]]);
        let cases: [Case<'_>; 5] = [
            (
                "two",
                &["0-3,8-11\n", "4-7,12-15\n"],
                &all,
                &[&[0, 1, 2, 3, 8, 9, 10, 11], &[4, 5, 6, 7, 12, 13, 14, 15]],
            ),
            // Memory without processors, and a node that is not ours.
            ("memory", &["0-1", "2-3", "\n"], &all, &[&[0, 1], &[2, 3]]),
            ("ours", &["0-1", "2-3"], &[0, 1], &[]),
            ("one", &["0-15"], &all, &[]),
            ("wrong", &["x-", "0-99999999999999999999"], &all, &[]),
        ];
        for (name, lists, allowed, expected) in cases {
            let root = faked(name, lists);
            assert_eq!(nodes_below(&root, allowed), expected, "{name}");
            std::fs::remove_dir_all(root).unwrap();
        }
        assert!(nodes_below(Path::new("/nowhere"), &all).is_empty());
    }

    #[test]
    fn threads_are_spread_by_the_nodes_processors() {
        let nodes = [(0..4).collect(), (4..16).collect::<Node>()];
        let count = |threads| {
            let on = (0..threads).map(|index| node_of(&nodes, index, threads));
            on.filter(|&node| node == 1).count()
        };
        assert_eq!([1, 4, 16, 32].map(count), [0, 3, 12, 24]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thread_stays_where_it_is_put_and_so_do_those_that_it_starts() {
        let here = allowed();
        let last = vec![*here.last().unwrap()];
        std::thread::scope(|scope| {
            scope.spawn(|| {
                stay_on(&last);
                assert_eq!(allowed(), last);
                scope.spawn(|| assert_eq!(allowed(), last));
            });
        });
        assert_eq!(allowed(), here);
    }
}
