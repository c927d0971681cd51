//! Proofs that are valid, altered in their numbers, lists and bytes, so that every check is reached: none but the original
//! is ever taken (nor with A and B exchanged, but where that is a ticket too).
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pearl_core::proof::{MatrixProof, PlainProof};
use pearl_core::target::U256;
use pearl_core::verify;
use pearl_fuzz::{Known, known};
use std::sync::LazyLock;

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(known);

#[derive(Arbitrary, Debug)]
enum Edit {
    M(Number),
    N(Number),
    K(Number),
    Rank(Number),
    A(HalfEdit),
    Bt(HalfEdit),
    /// Row counts and trees made to agree with the sizes, so that the checks behind them are reached.
    Agree,
    SwapHalves,
    Byte(u32, u8),
    Cut(u32),
    Append(u8),
}

#[derive(Arbitrary, Debug)]
enum HalfEdit {
    TotalLeaves(Number),
    Root(u8, u8),
    LeafData(u16, Vec<u8>),
    LeafByte(u16, u16, u8),
    LeafIndex(u16, Number),
    Sibling(u16, u8, u8),
    RowIndex(u16, Number),
    MoveRows(Number),
    Remove(List, u16),
    Repeat(List, u16),
    Swap(List, u16, u16),
}

#[derive(Arbitrary, Debug)]
enum List {
    Leaves,
    Data,
    Siblings,
    Rows,
}

/// Numbers near what is there, and near limits.
#[derive(Arbitrary, Debug)]
enum Number {
    Plus(i8),
    Power(u8, i8),
    Any(u64),
}

impl Number {
    fn of(&self, before: u64) -> u64 {
        match *self {
            Number::Plus(delta) => before.wrapping_add_signed(delta.into()),
            Number::Power(bit, delta) => (1u64 << (bit % 64)).wrapping_add_signed(delta.into()),
            Number::Any(value) => value,
        }
    }
}

#[derive(Arbitrary, Debug)]
struct Input {
    which: u8,
    header: Option<(u8, u8)>,
    cert_version: Option<u8>,
    rank_penalty: Option<bool>,
    edits: Vec<Edit>,
}

fn change<T>(list: &mut [T], index: u16, change: impl FnOnce(&mut T)) {
    let length = list.len().max(1);
    if let Some(element) = list.get_mut(usize::from(index) % length) {
        change(element);
    }
}

fn edit_list<T: Clone>(list: &mut Vec<T>, edit: &HalfEdit) {
    if list.is_empty() {
        return;
    }
    let at = |index: &u16| usize::from(*index) % list.len();
    match edit {
        HalfEdit::Remove(_, index) => drop(list.remove(at(index))),
        HalfEdit::Repeat(_, index) => list.push(list[at(index)].clone()),
        HalfEdit::Swap(_, one, other) => {
            let (one, other) = (at(one), at(other));
            list.swap(one, other);
        }
        _ => {}
    }
}

fn edit_half(half: &mut MatrixProof, edit: &HalfEdit) {
    match edit {
        HalfEdit::TotalLeaves(number) => half.total_leaves = number.of(half.total_leaves),
        HalfEdit::Root(at, mask) => half.root[usize::from(*at) % 32] ^= mask,
        HalfEdit::LeafData(index, data) => {
            change(&mut half.leaf_data, *index, |leaf| leaf.clone_from(data))
        }
        HalfEdit::LeafByte(index, at, mask) => change(&mut half.leaf_data, *index, |leaf| {
            change(leaf, *at, |byte| *byte ^= mask)
        }),
        HalfEdit::LeafIndex(index, number) => change(&mut half.leaf_indices, *index, |leaf| {
            *leaf = number.of(*leaf)
        }),
        HalfEdit::Sibling(index, at, mask) => change(&mut half.siblings, *index, |node| {
            node[usize::from(*at) % 32] ^= mask
        }),
        HalfEdit::RowIndex(index, number) => {
            change(&mut half.row_indices, *index, |row| *row = number.of(*row))
        }
        HalfEdit::MoveRows(number) => {
            let by = number.of(0);
            half.row_indices
                .iter_mut()
                .for_each(|row| *row = row.wrapping_add(by));
        }
        HalfEdit::Remove(list, _) | HalfEdit::Repeat(list, _) | HalfEdit::Swap(list, _, _) => {
            match list {
                List::Leaves => edit_list(&mut half.leaf_indices, edit),
                List::Data => edit_list(&mut half.leaf_data, edit),
                List::Siblings => edit_list(&mut half.siblings, edit),
                List::Rows => edit_list(&mut half.row_indices, edit),
            }
        }
    }
}

/// Edits of the fields; those of the bytes come after it.
fn edit(proof: &mut PlainProof, edit: &Edit) {
    match edit {
        Edit::M(number) => proof.m = number.of(proof.m),
        Edit::N(number) => proof.n = number.of(proof.n),
        Edit::K(number) => proof.k = number.of(proof.k),
        Edit::Rank(number) => proof.noise_rank = number.of(proof.noise_rank),
        Edit::A(half) => edit_half(&mut proof.a, half),
        Edit::Bt(half) => edit_half(&mut proof.bt, half),
        Edit::Agree => {
            let leaves = |rows: u64| (u128::from(rows) * u128::from(proof.k)).div_ceil(1024) as u64;
            (proof.a.total_leaves, proof.bt.total_leaves) = (leaves(proof.m), leaves(proof.n));
        }
        Edit::SwapHalves => std::mem::swap(&mut proof.a, &mut proof.bt),
        Edit::Byte(..) | Edit::Cut(_) | Edit::Append(_) => {}
    }
}

fn edit_bytes(bytes: &mut Vec<u8>, edit: &Edit) {
    match edit {
        Edit::Byte(at, mask) if !bytes.is_empty() => {
            let at = *at as usize % bytes.len();
            bytes[at] ^= mask;
        }
        Edit::Cut(length) => bytes.truncate(*length as usize % (bytes.len() + 1)),
        Edit::Append(byte) => bytes.push(*byte),
        _ => {}
    }
}

fuzz_target!(|input: Input| {
    let known = &KNOWN[usize::from(input.which) % KNOWN.len()];
    let mut proof = known.proof.clone();
    input
        .edits
        .iter()
        .for_each(|change| edit(&mut proof, change));
    let mut bytes = proof.encode();
    input
        .edits
        .iter()
        .for_each(|change| edit_bytes(&mut bytes, change));
    let mut header = known.header;
    if let Some((at, mask)) = input.header {
        header[usize::from(at) % header.len()] ^= mask;
    }
    let cert_version = input.cert_version.map_or(known.cert_version, u32::from);
    let rank_penalty = input.rank_penalty.unwrap_or(known.rank_penalty);
    // The structure alone has to refuse: this target refuses nothing that has not overflowed.
    let verdict = verify::verify(&header, cert_version, rank_penalty, U256::MAX, &bytes);
    if verdict.is_ok() {
        // A and B of one shape may change places: that is another ticket, of as much work.
        let PlainProof { m, n, a, bt, .. } = known.proof.clone();
        let exchanged = PlainProof {
            m: n,
            n: m,
            a: bt,
            bt: a,
            ..known.proof
        };
        let taken = PlainProof::decode(&bytes).unwrap();
        assert!(taken == known.proof || taken == exchanged, "{taken:?}");
        assert_eq!(header, known.header);
    }
});
