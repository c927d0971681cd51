//! Memory of the search where a tool watches every access (Miri, the address sanitizer): of the allocator, and not a byte
//! more than was asked for.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::io::{Error, ErrorKind, Result};

/// As much as any load or store of a kernel may rely on; mappings begin at a page.
const ALIGNMENT: usize = 64;

/// An allocation of its own.
pub struct Memory {
    start: *mut u8,
    layout: Layout,
}

// SAFETY: the allocation belongs to this value alone, and is reached through `&` and `&mut` of its owner only.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Memory {
    /// Exactly `length` zeroed bytes, at least one.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(length: usize) -> Result<Memory> {
        let layout = Layout::from_size_align(length.max(1), ALIGNMENT)
            .map_err(|_| Error::from(ErrorKind::OutOfMemory))?;
        // SAFETY: the layout is not empty.
        let start = unsafe { alloc_zeroed(layout) };
        if start.is_null() {
            return Err(ErrorKind::OutOfMemory.into());
        }
        Ok(Memory { start, layout })
    }

    /// The first byte.
    pub fn start(&self) -> *mut u8 {
        self.start
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: allocated by `new` with this layout; no reference outlives `self`.
        unsafe { dealloc(self.start, self.layout) };
    }
}
