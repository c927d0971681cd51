//! The incomplete block header: 76 bytes that the miner treats as opaque except for `nbits` (protocol section 2).

/// Length of the header in bytes.
pub const HEADER_LEN: usize = 76;

/// `version u32 | prev_block[32] | merkle_root[32] | timestamp u32 | nbits u32`.
pub type Header = [u8; HEADER_LEN];

/// The compact target of the block: the last four bytes.
pub fn nbits(header: &Header) -> u32 {
    let [.., a, b, c, d] = *header;
    u32::from_le_bytes([a, b, c, d])
}
