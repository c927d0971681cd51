//! Memory of the search as the product has it: anonymous mappings, in huge pages where the system gives them.

use std::io::{Error, Result};

/// Where huge pages begin and end.
const HUGE_PAGE: usize = 2 << 20;

/// A mapping of its own.
pub struct Memory {
    mapping: *mut libc::c_void,
    mapped: usize,
    /// Beginning of the usable part within the mapping.
    skip: usize,
}

// SAFETY: the mapping belongs to this value alone, and is reached through `&` and `&mut` of its owner only.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Memory {
    /// At least `length` zeroed bytes.
    ///
    /// # Errors
    /// The system has no memory left.
    pub fn new(length: usize) -> Result<Memory> {
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
            return Err(Error::last_os_error());
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
        Ok(Memory {
            mapping,
            mapped,
            skip,
        })
    }

    /// The first byte.
    pub fn start(&self) -> *mut u8 {
        // SAFETY: `skip` is below `mapped`: at most a huge page, which `mapped` was rounded up by.
        unsafe { self.mapping.byte_add(self.skip).cast() }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: exactly what `new` mapped; no reference outlives `self`.
        unsafe { libc::munmap(self.mapping, self.mapped) };
    }
}
