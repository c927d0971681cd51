//! The BLAKE3 chunk tree of a matrix: commitments, openings of several leaves, and their roots (protocol section 8).
//!
//! Leaves are keyed chaining values of 1024-byte chunks, parents are BLAKE3 parent nodes, an odd node at the end of a
//! level moves up unchanged, and the last node is finalised as root. So the root of a whole tree equals the keyed
//! BLAKE3 of the padded bytes.

use blake3::Hasher;
use blake3::hazmat::{HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};

/// Bytes in a leaf.
pub const CHUNK_LEN: usize = 1024;
/// A chaining value, or the root.
pub type Node = [u8; 32];
/// The bytes of one leaf.
pub type Chunk = [u8; CHUNK_LEN];

/// How many leaves a matrix of `rows` rows of `k` bytes has, its end zero-padded.
pub fn leaf_count(rows: u32, k: u32) -> u64 {
    (u64::from(rows) * u64::from(k)).div_ceil(CHUNK_LEN as u64)
}

/// The leaves that the given ascending rows of `k` bytes touch: ascending, each once.
pub fn leaves_of_rows(rows: impl Iterator<Item = u32>, k: u32) -> impl Iterator<Item = u64> {
    let k = u64::from(k);
    let chunk = CHUNK_LEN as u64;
    let mut next = 0;
    rows.flat_map(move |row| {
        let start = u64::from(row) * k;
        let end = (start + k).div_ceil(chunk);
        let first = (start / chunk).max(next);
        next = end.max(next);
        first..end
    })
}

/// The chaining value of leaf `index`, in a tree of more than one leaf.
pub fn leaf_node(key: &[u8; 32], index: u64, chunk: &Chunk) -> Node {
    let mut hasher = Hasher::new_keyed(key);
    hasher.set_input_offset(index * CHUNK_LEN as u64);
    hasher.update(chunk);
    hasher.finalize_non_root()
}

/// Joins the two nodes of a level of `width` nodes. Two nodes alone make the root.
fn parent(key: &[u8; 32], width: u64, left: &Node, right: &Node) -> Node {
    if width == 2 {
        *merge_subtrees_root(left, right, Mode::KeyedHash(key)).as_bytes()
    } else {
        merge_subtrees_non_root(left, right, Mode::KeyedHash(key))
    }
}

/// A chunk tree with all of its nodes: 64 bytes a leaf.
#[derive(Clone)]
pub struct Tree {
    key: [u8; 32],
    /// From the leaves up to the root alone.
    levels: Vec<Vec<Node>>,
}

impl Tree {
    /// Builds the tree of `bytes`, the last chunk zero-padded. No bytes at all are one chunk of zeros.
    pub fn from_bytes(key: &[u8; 32], bytes: &[u8]) -> Tree {
        Tree::build(
            key,
            bytes.len().div_ceil(CHUNK_LEN).max(1),
            |index, chunk| {
                let rest = &bytes[(index * CHUNK_LEN).min(bytes.len())..];
                let used = rest.len().min(CHUNK_LEN);
                chunk[..used].copy_from_slice(&rest[..used]);
                chunk[used..].fill(0);
            },
        )
    }

    /// Builds a tree of `leaves` >= 1 leaves whose bytes `fill` writes, one leaf at a time, in ascending order.
    /// The chunk comes with what was last written to it.
    pub fn build(key: &[u8; 32], leaves: usize, mut fill: impl FnMut(usize, &mut Chunk)) -> Tree {
        let mut chunk = [0; CHUNK_LEN];
        if leaves <= 1 {
            fill(0, &mut chunk);
            return Tree {
                key: *key,
                levels: vec![vec![*blake3::keyed_hash(key, &chunk).as_bytes()]],
            };
        }
        let nodes = (0..leaves)
            .map(|index| {
                fill(index, &mut chunk);
                leaf_node(key, index as u64, &chunk)
            })
            .collect();
        Tree::from_leaf_nodes(key, nodes)
    }

    /// Builds the tree over chaining values of its leaves, at least two, as [`leaf_node`] makes them.
    pub fn from_leaf_nodes(key: &[u8; 32], leaves: Vec<Node>) -> Tree {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let width = below.len() as u64;
            let above = below
                .chunks(2)
                .map(|pair| match pair {
                    [left, right] => parent(key, width, left, right),
                    odd => odd[0],
                })
                .collect();
            levels.push(above);
        }
        Tree { key: *key, levels }
    }

    /// The root: equal to `seeds::hash_matrix` of the same bytes.
    pub fn root(&self) -> Node {
        self.levels[self.levels.len() - 1][0]
    }

    /// How many leaves.
    pub fn leaves(&self) -> u64 {
        self.levels[0].len() as u64
    }

    /// The chaining value of a leaf (of a tree of one leaf: the root).
    pub fn leaf(&self, index: u64) -> Node {
        self.levels[0][index as usize]
    }

    /// Puts other bytes into one leaf and recomputes the nodes above it only: the cost of a new attempt.
    pub fn replace_leaf(&mut self, index: u64, chunk: &Chunk) -> Node {
        if self.leaves() == 1 {
            self.levels[0][0] = *blake3::keyed_hash(&self.key, chunk).as_bytes();
            return self.root();
        }
        self.replace_leaf_node(index, leaf_node(&self.key, index, chunk))
    }

    /// The same with the leaf's chaining value at hand, in a tree of more than one leaf.
    pub fn replace_leaf_node(&mut self, index: u64, mut node: Node) -> Node {
        let mut index = index as usize;
        for depth in 0..self.levels.len() - 1 {
            let level = &mut self.levels[depth];
            level[index] = node;
            let (left, right) = (index & !1, index | 1);
            if right < level.len() {
                node = parent(&self.key, level.len() as u64, &level[left], &level[right]);
            }
            index /= 2;
        }
        let top = self.levels.len() - 1;
        self.levels[top][0] = node;
        node
    }

    /// The siblings that open the given leaves (ascending, unique, in range), in the order of the protocol.
    pub fn open(&self, leaf_indices: &[u64]) -> Vec<Node> {
        self.open_by_level(leaf_indices).concat()
    }

    /// The same, level by level from the leaves up, for trees that are put together from smaller ones.
    pub fn open_by_level(&self, leaf_indices: &[u64]) -> Vec<Vec<Node>> {
        let mut known = leaf_indices.to_vec();
        let below_root = &self.levels[..self.levels.len() - 1];
        below_root
            .iter()
            .map(|level| {
                let mut siblings = Vec::new();
                climb(&mut known, level.len() as u64, |_, step| {
                    if let Step::Sibling(sibling) = step {
                        siblings.push(level[sibling as usize]);
                    }
                });
                siblings
            })
            .collect()
    }
}

/// What one known node needs to become its parent.
enum Step {
    /// The next known node is its right sibling.
    Pair,
    /// The sibling with this index is not known.
    Sibling(u64),
    /// An odd node at the end of the level: moves up unchanged.
    Up,
}

/// Turns the ascending known indices of a level of `width` nodes into those of the level above, telling `visit` for each
/// known node (its position in `known`) what it takes; the right one of a known pair is not visited.
fn climb(known: &mut Vec<u64>, width: u64, mut visit: impl FnMut(usize, Step)) {
    let mut parents = 0;
    let mut position = 0;
    while position < known.len() {
        let index = known[position];
        let sibling = index ^ 1;
        if known.get(position + 1) == Some(&sibling) {
            visit(position, Step::Pair);
            position += 1;
        } else if sibling < width {
            visit(position, Step::Sibling(sibling));
        } else {
            visit(position, Step::Up);
        }
        known[parents] = index / 2;
        parents += 1;
        position += 1;
    }
    known.truncate(parents);
}

/// How many siblings open the given leaves of a tree of `total_leaves`. The indices are ascending, unique, in range.
pub fn sibling_count(total_leaves: u64, leaf_indices: &[u64]) -> usize {
    let mut count = 0;
    let mut known = leaf_indices.to_vec();
    let mut width = total_leaves;
    while width > 1 {
        climb(&mut known, width, |_, step| {
            count += usize::from(matches!(step, Step::Sibling(_)))
        });
        width = width.div_ceil(2);
    }
    count
}

/// The root that opened leaves and siblings lead to.
///
/// `leaf_indices` are ascending, unique and below `total_leaves`; `chunk(i)` is the data of the i-th of them.
/// `None` unless exactly the siblings needed are there.
pub fn root_of_opening<'a>(
    key: &[u8; 32],
    total_leaves: u64,
    leaf_indices: &[u64],
    mut chunk: impl FnMut(usize) -> &'a Chunk,
    siblings: &[Node],
) -> Option<Node> {
    if leaf_indices.is_empty() {
        return None;
    }
    if total_leaves == 1 {
        return siblings
            .is_empty()
            .then(|| *blake3::keyed_hash(key, chunk(0)).as_bytes());
    }
    let mut known = leaf_indices.to_vec();
    let mut nodes: Vec<Node> = leaf_indices
        .iter()
        .enumerate()
        .map(|(i, &index)| leaf_node(key, index, chunk(i)))
        .collect();
    let mut siblings = siblings.iter();
    let mut missing = false;
    let mut width = total_leaves;
    while width > 1 {
        let indices = known.clone();
        let mut parents = 0;
        climb(&mut known, width, |position, step| {
            nodes[parents] = match step {
                Step::Pair => parent(key, width, &nodes[position], &nodes[position + 1]),
                Step::Up => nodes[position],
                Step::Sibling(_) => match siblings.next() {
                    None => {
                        missing = true;
                        nodes[position]
                    }
                    Some(sibling) if indices[position].is_multiple_of(2) => {
                        parent(key, width, &nodes[position], sibling)
                    }
                    Some(sibling) => parent(key, width, sibling, &nodes[position]),
                },
            };
            parents += 1;
        });
        nodes.truncate(known.len());
        width = width.div_ceil(2);
    }
    (!missing && siblings.next().is_none()).then(|| nodes[0])
}
