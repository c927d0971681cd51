//! Short edge-disjoint cycles of a small multigraph, shortest first: which columns of a step are sums of others.

use std::collections::VecDeque;

/// An edge of a cycle, and whether the cycle runs along it from its first end to its second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    /// Index of the edge.
    pub edge: usize,
    /// Its direction in the cycle.
    pub forward: bool,
}

struct Graph<'a> {
    edges: &'a [(u16, u16)],
    /// Edges at each vertex that may still lie on a cycle.
    at: Vec<Vec<u16>>,
}

impl Graph<'_> {
    fn other_end(&self, edge: u16, from: u16) -> u16 {
        let (first, second) = self.edges[usize::from(edge)];
        if first == from { second } else { first }
    }

    fn remove(&mut self, edge: u16) {
        let (first, second) = self.edges[usize::from(edge)];
        for end in [first, second] {
            self.at[usize::from(end)].retain(|&other| other != edge);
        }
    }

    /// Removes what hangs by a single edge: it is on no cycle.
    fn prune(&mut self) {
        let mut loose: Vec<u16> = (0..self.at.len() as u16)
            .filter(|&vertex| self.at[usize::from(vertex)].len() == 1)
            .collect();
        while let Some(vertex) = loose.pop() {
            if let [edge] = self.at[usize::from(vertex)][..] {
                let other = self.other_end(edge, vertex);
                self.remove(edge);
                if self.at[usize::from(other)].len() == 1 {
                    loose.push(other);
                }
            }
        }
    }

    /// The shortest closed walk from `root` of fewer than `limit` edges that does not turn back: its length, and the
    /// edge where its two halves meet. Where it is as short as the shortest cycle of the graph, it is one.
    fn shortest_through(
        &self,
        root: u16,
        limit: usize,
        search: &mut Search,
    ) -> Option<(usize, Meeting)> {
        let mut limit = limit;
        let mut found = None;
        search.begin(root);
        while let Some(vertex) = search.queue.pop_front() {
            let here = search.depth(vertex);
            if 2 * here + 1 >= limit {
                break;
            }
            for &edge in &self.at[usize::from(vertex)] {
                if search.came_by(vertex) == Some(edge) {
                    continue;
                }
                let other = self.other_end(edge, vertex);
                if !search.is_seen(other) {
                    search.mark(other, here + 1, Some(edge));
                    continue;
                }
                let length = here + search.depth(other) + 1;
                if length < limit {
                    limit = length;
                    found = Some((
                        length,
                        Meeting {
                            vertex,
                            edge,
                            other,
                        },
                    ));
                }
            }
        }
        found
    }

    /// Root to `vertex`, along `edge` to `other`, and back to the root.
    fn close(&self, root: u16, meeting: Meeting, search: &Search) -> Vec<Arc> {
        let Meeting {
            vertex,
            edge,
            other,
        } = meeting;
        let arc = |edge: u16, from: u16| Arc {
            edge: usize::from(edge),
            forward: self.edges[usize::from(edge)].0 == from,
        };
        let climb = |mut at: u16| {
            std::iter::from_fn(move || {
                let edge = search.came_by(at).filter(|_| at != root)?;
                let below = at;
                at = self.other_end(edge, at);
                Some((edge, below, at))
            })
        };
        let mut cycle: Vec<Arc> = climb(vertex)
            .map(|(edge, _, above)| arc(edge, above))
            .collect();
        cycle.reverse();
        cycle.push(arc(edge, vertex));
        cycle.extend(climb(other).map(|(edge, below, _)| arc(edge, below)));
        cycle
    }
}

/// Where two halves of a closed walk meet: along `edge` from `vertex` to `other`.
#[derive(Clone, Copy)]
struct Meeting {
    vertex: u16,
    edge: u16,
    other: u16,
}

/// A breadth-first search, its marks kept from one to the next.
struct Search {
    round: u32,
    marks: Vec<Mark>,
    queue: VecDeque<u16>,
}

#[derive(Clone, Copy, Default)]
struct Mark {
    round: u32,
    depth: u32,
    by: Option<u16>,
}

impl Search {
    fn begin(&mut self, root: u16) {
        self.round += 1;
        self.queue.clear();
        self.mark(root, 0, None);
    }

    fn mark(&mut self, vertex: u16, depth: usize, by: Option<u16>) {
        self.marks[usize::from(vertex)] = Mark {
            round: self.round,
            depth: depth as u32,
            by,
        };
        self.queue.push_back(vertex);
    }

    fn is_seen(&self, vertex: u16) -> bool {
        self.marks[usize::from(vertex)].round == self.round
    }

    fn depth(&self, vertex: u16) -> usize {
        self.marks[usize::from(vertex)].depth as usize
    }

    fn came_by(&self, vertex: u16) -> Option<u16> {
        self.marks[usize::from(vertex)].by
    }
}

/// Edge-disjoint cycles of the multigraph on `vertices` vertices without loops, each a shortest one of what the
/// cycles before it have left. About 0.2 ms for 128 edges.
pub fn short_cycles(vertices: usize, edges: &[(u16, u16)]) -> Vec<Vec<Arc>> {
    let mut graph = Graph {
        edges,
        at: vec![Vec::new(); vertices],
    };
    for (edge, &(first, second)) in edges.iter().enumerate() {
        graph.at[usize::from(first)].push(edge as u16);
        graph.at[usize::from(second)].push(edge as u16);
    }
    graph.prune();
    let mut search = Search {
        round: 0,
        marks: vec![Mark::default(); vertices],
        queue: VecDeque::new(),
    };
    let mut cycles: Vec<Vec<Arc>> = Vec::new();
    // Removing edges never makes a cycle shorter, so the last one's length is as short as the next can be.
    let mut shortest = 2;
    loop {
        let mut best: Option<(usize, u16)> = None;
        for root in (0..vertices as u16).filter(|&root| graph.at[usize::from(root)].len() > 1) {
            let limit = best.map_or(usize::MAX, |(length, _)| length);
            if limit == shortest {
                break;
            }
            if let Some((length, _)) = graph.shortest_through(root, limit, &mut search) {
                best = Some((length, root));
            }
        }
        let Some((length, root)) = best else {
            return cycles;
        };
        shortest = length;
        // Once more, for the marks that lead back to the root.
        if let Some((_, meeting)) = graph.shortest_through(root, length + 1, &mut search) {
            let cycle = graph.close(root, meeting, &search);
            for arc in &cycle {
                graph.remove(arc.edge as u16);
            }
            graph.prune();
            cycles.push(cycle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(seed: u64, count: usize, vertices: u64) -> Vec<(u16, u16)> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % vertices
        };
        (0..count)
            .map(|_| {
                let first = next();
                let second = (first + 1 + next() % (vertices - 1)) % vertices;
                (first as u16, second as u16)
            })
            .collect()
    }

    #[test]
    fn every_cycle_closes_and_no_edge_is_used_twice() {
        for seed in 0..50 {
            let edges = edges(seed, 128, 128);
            let mut used = vec![false; edges.len()];
            let mut last = 0;
            for cycle in short_cycles(128, &edges) {
                assert!(cycle.len() >= last.max(2), "shortest first");
                last = cycle.len();
                let ends = |arc: &Arc| {
                    let (first, second) = edges[arc.edge];
                    if arc.forward {
                        (first, second)
                    } else {
                        (second, first)
                    }
                };
                for (arc, next) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
                    assert_eq!(ends(arc).1, ends(next).0);
                    assert!(!std::mem::replace(&mut used[arc.edge], true));
                }
            }
            // What is left is a forest: as many components as vertices less edges.
            let left: Vec<_> = (0..edges.len()).filter(|&edge| !used[edge]).collect();
            let mut component: Vec<usize> = (0..128).collect();
            for edge in left {
                let (first, second) = edges[edge];
                let (from, to) = (
                    component[usize::from(first)],
                    component[usize::from(second)],
                );
                assert_ne!(from, to, "a cycle was missed");
                component
                    .iter_mut()
                    .filter(|c| **c == from)
                    .for_each(|c| *c = to);
            }
        }
    }

    #[test]
    fn random_noise_of_rank_128_loses_eight_columns_of_a_step_on_average() {
        let found: usize = (0..200)
            .map(|seed| short_cycles(128, &edges(seed, 128, 128)).len())
            .sum();
        assert!((7.5..8.7).contains(&(found as f64 / 200.0)), "{found}");
    }
}
