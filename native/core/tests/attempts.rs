//! Whole attempts of the public vectors: every tile of every attempt, with every kernel of this processor.

use pearl_core::header::nbits;
use pearl_core::kernels::Kernel;
use pearl_core::pattern::Pattern;
use pearl_core::search::{Job, Matrix, Shape, WholeAttempt, search_whole};
use pearl_core::target::{U256, target_from_nbits};
use pearl_core::verify::verify;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    header: String,
    cert_version: u32,
    rank_penalty: bool,
    m: u32,
    n: u32,
    k: u32,
    r: u16,
    rows: Vec<u32>,
    cols: Vec<u32>,
    a_label: String,
    bt_label: String,
    tiles: u64,
    tile_hashes_blake3: String,
    winning_tiles: Vec<(u32, u32)>,
    proof_of_first_win_blake3: Option<String>,
}

fn vectors() -> Vec<Vector> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../test/vectors/attempts.json"
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// `(xof(label)[e] mod 129) - 64`.
fn labelled(label: &str, entries: u32) -> Matrix {
    let mut bytes = vec![0; entries as usize];
    blake3::Hasher::new()
        .update(label.as_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    Matrix::Given(
        bytes
            .into_iter()
            .map(|byte| (i16::from(byte % 129) - 64) as i8)
            .collect(),
    )
}

fn job(vector: &Vector, target: U256) -> Job {
    let pattern = |indices: &[u32]| Pattern::from_indices(indices).unwrap();
    let (rows, cols) = (pattern(&vector.rows), pattern(&vector.cols));
    Job {
        id: 1,
        header: hex::decode(&vector.header).unwrap().try_into().unwrap(),
        cert_version: vector.cert_version,
        target,
        shape: Shape::new(vector.m, vector.n, vector.k, vector.r, rows, cols),
        allow_saturated: true,
    }
}

fn whole(vector: &Vector, kernel: Kernel) -> WholeAttempt {
    WholeAttempt {
        kernel,
        a: labelled(&vector.a_label, vector.m * vector.k),
        bt: labelled(&vector.bt_label, vector.n * vector.k),
        nonce: None,
        memory_bytes: 1 << 30,
        block_rows: None,
        eliminate: true,
    }
}

#[test]
fn every_kernel_finds_every_tile_of_every_attempt() {
    for vector in vectors() {
        for kernel in Kernel::all() {
            let searched = search_whole(job(&vector, U256::MAX), &whole(&vector, kernel)).unwrap();
            assert_eq!(searched.tiles, vector.tiles, "{}", kernel.name());
            assert_eq!(searched.found.len() as u64, vector.tiles);
            let hashes: Vec<u8> = searched.found.iter().flat_map(|found| found.hash).collect();
            let digest = hex::encode(blake3::hash(&hashes).as_bytes());
            assert_eq!(
                digest,
                vector.tile_hashes_blake3,
                "{} k {}",
                kernel.name(),
                vector.k
            );
        }
    }
}

#[test]
fn column_blocks_and_small_row_blocks_find_the_same_tiles() {
    for vector in vectors() {
        for kernel in Kernel::all() {
            let mut whole = whole(&vector, kernel);
            whole.block_rows = Some(8);
            let smallest = (0..).map(|power| 1 << power).find_map(|memory_bytes| {
                whole.memory_bytes = memory_bytes;
                search_whole(job(&vector, U256::MAX), &whole).ok()
            });
            let searched = smallest.unwrap();
            assert!(searched.memory_bytes() <= whole.memory_bytes);
            let hashes: Vec<u8> = searched.found.iter().flat_map(|found| found.hash).collect();
            let digest = hex::encode(blake3::hash(&hashes).as_bytes());
            assert_eq!(
                digest,
                vector.tile_hashes_blake3,
                "{} k {}",
                kernel.name(),
                vector.k
            );
        }
    }
}

#[test]
fn exactly_the_winners_win_and_their_proofs_verify() {
    for vector in vectors() {
        let header = hex::decode(&vector.header).unwrap().try_into().unwrap();
        let target = target_from_nbits(nbits(&header));
        let kernel = Kernel::all().next().unwrap();
        let searched = search_whole(job(&vector, target), &whole(&vector, kernel)).unwrap();
        let found = searched.found.iter().map(|found| found.start);
        assert!(found.eq(vector.winning_tiles.iter().copied()));
        for found in &searched.found {
            let proof = searched.prove(found).proof;
            verify(
                &header,
                vector.cert_version,
                vector.rank_penalty,
                target,
                &proof,
            )
            .unwrap();
        }
        let first = searched
            .found
            .first()
            .map(|found| searched.prove(found).proof);
        let digest = first.map(|proof| hex::encode(blake3::hash(&proof).as_bytes()));
        assert_eq!(digest, vector.proof_of_first_win_blake3);
    }
}
