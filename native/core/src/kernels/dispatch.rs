//! Each function of a kernel to its instruction set, one line each. Calling is safe because a [`Kernel`] exists only where
//! the processor has the instructions, and because what the functions rely on is asserted here.

use super::{Blocks, Isa, Kernel, TicketHashes, WORDS, Words, scalar};
#[cfg(target_arch = "x86_64")]
use super::{amx_registers, avx2, avx2maddubs, avx512, avx512bw, avx512vnni, avxvnni};
#[cfg(target_arch = "aarch64")]
use super::{neon, neondot, neoni8mm, neonmlal};

impl Kernel {
    /// `R(index, label, key, slot)` of protocol section 6 for sixteen indices.
    pub fn random_blocks(
        self,
        key: &Words<8>,
        label: &Words<8>,
        slot: usize,
        indices: &Words<16>,
    ) -> Blocks {
        assert!(slot < 8, "the label begins at word 8");
        // SAFETY: the instructions are there, or this value would not be.
        unsafe {
            match self.isa() {
                #[cfg(target_arch = "x86_64")]
                Isa::Amx | Isa::Avx512Vnni | Isa::Avx512Bw => {
                    avx512::random_blocks(key, label, slot, indices)
                }
                #[cfg(target_arch = "x86_64")]
                Isa::AvxVnni | Isa::Avx2 => avx2::random_blocks(key, label, slot, indices),
                #[cfg(target_arch = "aarch64")]
                Isa::NeonI8mm | Isa::NeonDot | Isa::Neon => {
                    neon::random_blocks(key, label, slot, indices)
                }
                Isa::Scalar | Isa::ScalarCentred => {
                    scalar::random_blocks(key, label, slot, indices)
                }
            }
        }
    }

    /// `B3k(key, ticket)` of sixteen tickets.
    #[inline]
    pub fn ticket_hashes(self, key: &Words<8>, tickets: [&Words<16>; 16]) -> TicketHashes {
        // SAFETY: the instructions are there, or this value would not be.
        unsafe {
            match self.isa() {
                #[cfg(target_arch = "x86_64")]
                Isa::Amx | Isa::Avx512Vnni | Isa::Avx512Bw => avx512::ticket_hashes(key, tickets),
                #[cfg(target_arch = "x86_64")]
                Isa::AvxVnni | Isa::Avx2 => avx2::ticket_hashes(key, tickets),
                #[cfg(target_arch = "aarch64")]
                Isa::NeonI8mm | Isa::NeonDot | Isa::Neon => neon::ticket_hashes(key, tickets),
                Isa::Scalar | Isa::ScalarCentred => scalar::ticket_hashes(key, tickets),
            }
        }
    }

    /// `row[i] += uniform[add[i]] - uniform[subtract[i]]`, modulo 256. An index beyond `uniform` gives a wrong entry or
    /// panics, depending on the kernel.
    #[inline]
    pub fn add_noise(self, row: &mut [u8], uniform: &[u8], add: &[u16], subtract: &[u16]) {
        assert!(row.len() == add.len() && row.len() == subtract.len());
        if uniform.len() > 128 {
            return scalar::add_noise(row, uniform, add, subtract);
        }
        // SAFETY: the instructions are there, or this value would not be; the three slices have one length.
        unsafe {
            match self.isa() {
                #[cfg(target_arch = "x86_64")]
                Isa::Amx | Isa::Avx512Vnni | Isa::Avx512Bw if avx512::has_byte_permutes() => {
                    avx512::add_noise(row, uniform, add, subtract)
                }
                #[cfg(target_arch = "x86_64")]
                Isa::Amx | Isa::Avx512Vnni | Isa::Avx512Bw | Isa::AvxVnni | Isa::Avx2 => {
                    // AVX512BW implies AVX2.
                    avx2::add_noise(row, uniform, add, subtract)
                }
                #[cfg(target_arch = "aarch64")]
                Isa::NeonI8mm | Isa::NeonDot | Isa::Neon => {
                    neon::add_noise(row, uniform, add, subtract)
                }
                Isa::Scalar | Isa::ScalarCentred => scalar::add_noise(row, uniform, add, subtract),
            }
        }
    }

    /// XORs `width` columns of jackpots that begin at `folded[0]`, words `stride` apart, into one ticket.
    #[inline]
    pub fn fold_columns(self, folded: &[u32], stride: usize, width: usize, ticket: &mut Words<16>) {
        assert!(width <= stride && folded.len() >= (WORDS - 1) * stride + width);
        // SAFETY: the instructions are there, or this value would not be; the assertion covers the last word's columns.
        #[allow(unused_unsafe, reason = "some architectures have only the scalar one")]
        unsafe {
            match self.isa() {
                #[cfg(target_arch = "x86_64")]
                Isa::Amx | Isa::Avx512Vnni | Isa::Avx512Bw if width.is_multiple_of(16) => {
                    avx512::fold_columns(folded, stride, width, ticket)
                }
                #[cfg(target_arch = "x86_64")]
                Isa::Amx | Isa::Avx512Vnni | Isa::Avx512Bw | Isa::AvxVnni | Isa::Avx2
                    if width.is_multiple_of(8) =>
                {
                    avx2::fold_columns(folded, stride, width, ticket)
                }
                _ => scalar::fold_columns(folded, stride, width, ticket),
            }
        }
    }

    /// Runs the multiplying instructions alone, about `macs` multiply-accumulates of them; how many exactly. `None`: there
    /// are no such instructions.
    pub fn peak(self, macs: u64) -> Option<u64> {
        // SAFETY: the instructions are there, or this value would not be.
        let peak = |run: unsafe fn(u64), each: u64| unsafe {
            let iterations = macs.div_ceil(each);
            run(iterations);
            Some(iterations * each)
        };
        match self.isa() {
            #[cfg(target_arch = "x86_64")]
            Isa::Amx => peak(amx_registers::peak, amx_registers::PEAK_MACS),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => peak(avx512vnni::peak, avx512vnni::PEAK_MACS),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Bw => peak(avx512bw::peak, avx512bw::PEAK_MACS),
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => peak(avxvnni::peak, avxvnni::PEAK_MACS),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => peak(avx2maddubs::peak, avx2maddubs::PEAK_MACS),
            #[cfg(target_arch = "aarch64")]
            Isa::NeonI8mm => peak(neoni8mm::peak, neoni8mm::PEAK_MACS),
            #[cfg(target_arch = "aarch64")]
            Isa::NeonDot => peak(neondot::peak, neondot::PEAK_MACS),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => peak(neonmlal::peak, neonmlal::PEAK_MACS),
            Isa::Scalar | Isa::ScalarCentred => None,
        }
    }
}
