//! The operating system calls of the search: scheduling class, CPU time, large mappings.

use std::sync::OnceLock;

/// Lets this thread run only when nothing else wants the processor, as far as the system can promise that.
///
/// Failing is harmless (it then competes like anyone), so errors are not reported.
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
    // SAFETY: sets the class of the calling thread only.
    unsafe {
        libc::pthread_set_qos_class_self_np(libc::qos_class_t::QOS_CLASS_BACKGROUND, 0);
    }
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

/// The second-level cache of a core, as far as the system tells, but no more than 1 MiB: larger ones are shared, or gain
/// nothing.
pub fn second_level_cache_bytes() -> usize {
    const USUAL: usize = 1 << 20;
    static FOUND: OnceLock<usize> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let text = std::fs::read_to_string("/sys/devices/system/cpu/cpu0/cache/index2/size");
        let kilobytes = text
            .ok()
            .and_then(|text| text.trim().strip_suffix('K')?.parse::<usize>().ok());
        kilobytes.map_or(USUAL, |kilobytes| (kilobytes << 10).clamp(128 << 10, USUAL))
    })
}

/// Where huge pages begin and end.
const HUGE_PAGE: usize = 2 << 20;

/// A large zeroed buffer in huge pages where the system gives them, kept and grown rather than made anew:
/// the first touch of half a gigabyte takes over a second.
pub struct Buffer {
    mapping: *mut libc::c_void,
    mapped: usize,
    /// Beginning of the usable part within the mapping.
    skip: usize,
    capacity: usize,
}

// SAFETY: the mapping belongs to this value alone, and is reached through `&` and `&mut` only.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// Nothing yet.
    pub const fn empty() -> Buffer {
        Buffer {
            mapping: std::ptr::null_mut(),
            mapped: 0,
            skip: 0,
            capacity: 0,
        }
    }

    /// Makes room for at least `length` bytes. What was there is lost when it has to grow.
    ///
    /// # Errors
    /// The system has no memory left.
    pub fn reserve(&mut self, length: usize) -> std::io::Result<()> {
        if length <= self.capacity {
            return Ok(());
        }
        *self = Buffer::empty();
        // Small buffers are not worth rounding up to huge pages.
        let huge = length >= HUGE_PAGE / 16;
        let mapped = if huge { length + HUGE_PAGE } else { length };
        // SAFETY: a fresh anonymous mapping touches nothing that exists.
        let mapping = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                mapped,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANON,
                -1,
                0,
            )
        };
        if mapping == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error());
        }
        let skip = if huge {
            mapping.align_offset(HUGE_PAGE)
        } else {
            0
        };
        #[cfg(target_os = "linux")]
        if huge {
            // SAFETY: the range lies in the mapping just made. Advice may be refused, which costs a little speed.
            unsafe { libc::madvise(mapping.byte_add(skip), mapped - skip, libc::MADV_HUGEPAGE) };
        }
        *self = Buffer {
            mapping,
            mapped,
            skip,
            capacity: length,
        };
        Ok(())
    }

    /// How many bytes there is room for.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        if self.capacity == 0 {
            return &[];
        }
        // SAFETY: `capacity` bytes from `skip` are mapped, and initialised since anonymous mappings are zero.
        unsafe {
            std::slice::from_raw_parts(self.mapping.byte_add(self.skip).cast(), self.capacity)
        }
    }

    /// The bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        if self.capacity == 0 {
            return &mut [];
        }
        // SAFETY: as in `bytes`; `&mut self` makes it the only reference.
        unsafe {
            std::slice::from_raw_parts_mut(self.mapping.byte_add(self.skip).cast(), self.capacity)
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if !self.mapping.is_null() {
            // SAFETY: exactly what `reserve` mapped; no reference outlives `self`.
            unsafe { libc::munmap(self.mapping, self.mapped) };
        }
    }
}
