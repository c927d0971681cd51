//! The large buffers of the search: kept and grown rather than made again, since the first touch of half a gigabyte takes over
//! a second.

// A tool that watches every access sees beyond the end of ordinary memory, not of a mapping.
#[cfg(any(miri, fuzzing))]
use super::heap as memory;
#[cfg(not(any(miri, fuzzing)))]
use super::mapping as memory;

use memory::Memory;

/// Zeroed bytes, in huge pages where the system gives them.
pub struct Buffer {
    memory: Option<Memory>,
    capacity: usize,
}

impl Buffer {
    /// Nothing yet.
    pub const fn empty() -> Buffer {
        Buffer {
            memory: None,
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
        // Given back first: both at once may not fit.
        *self = Buffer::empty();
        *self = Buffer {
            memory: Some(Memory::new(length)?),
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
        let Some(memory) = &self.memory else {
            return &[];
        };
        // SAFETY: a `Memory` has at least as many initialised bytes as it was made with, for as long as it lives.
        unsafe { std::slice::from_raw_parts(memory.start(), self.capacity) }
    }

    /// The bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        let Some(memory) = &mut self.memory else {
            return &mut [];
        };
        // SAFETY: as in `bytes`; `&mut self` makes it the only reference.
        unsafe { std::slice::from_raw_parts_mut(memory.start(), self.capacity) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_zero_to_its_last_byte_and_kept_until_it_has_to_grow() {
        let mut buffer = Buffer::empty();
        assert_eq!((buffer.bytes(), buffer.capacity()), (&[][..], 0));
        for length in [1, 4097, 5 << 20] {
            buffer.reserve(length).unwrap();
            assert_eq!(buffer.bytes().len(), length);
            assert!(buffer.bytes().iter().step_by(509).all(|&byte| byte == 0));
            assert_eq!(buffer.bytes()[length - 1], 0);
            buffer.bytes_mut()[length - 1] = 7;
            buffer.reserve(length / 2).unwrap();
            assert_eq!((buffer.capacity(), buffer.bytes()[length - 1]), (length, 7));
        }
    }

    #[test]
    #[cfg(not(any(miri, fuzzing)))]
    fn more_than_there_is_is_an_error_and_leaves_an_empty_buffer() {
        let mut buffer = Buffer::empty();
        buffer.reserve(100).unwrap();
        assert!(buffer.reserve(1 << 62).is_err());
        assert_eq!(buffer.bytes(), &[][..]);
        buffer.reserve(100).unwrap();
        assert_eq!(buffer.bytes().len(), 100);
    }
}
