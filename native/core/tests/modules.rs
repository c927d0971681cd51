//! No circles between modules: a file that reaches another one, however indirectly, is not reached by it.
//!
//! An edge leads from a file to the file that defines what it names: re-exports (`pub use`) are followed and are no edges of
//! their own, inline test modules do not count, and an `impl` block is part of the file that it stands in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// `kernels::tile` as a list of names; the crate itself is the empty list.
type Module = Vec<String>;

/// The files of a crate.
#[derive(Default)]
struct Crate {
    /// Each module's text, without comments, strings and inline tests.
    texts: BTreeMap<Module, String>,
    /// What a module hands on under a name: the module and the name there.
    exports: BTreeMap<(Module, String), (Module, String)>,
}

impl Crate {
    /// Reads all files below `src`.
    fn read(src: &Path) -> Crate {
        let mut krate = Crate::default();
        let mut folders = vec![(src.to_owned(), Module::new())];
        while let Some((folder, module)) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
                let child: Module = module.iter().cloned().chain([stem.clone()]).collect();
                if path.is_dir() {
                    folders.push((path, child));
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let is_root = matches!(stem.as_str(), "lib" | "mod");
                    let text = std::fs::read_to_string(&path).unwrap();
                    krate.add(if is_root { module.clone() } else { child }, &text);
                }
            }
        }
        krate.find_exports();
        krate
    }

    fn add(&mut self, module: Module, text: &str) {
        let code = without_comments_and_strings(text);
        let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or("");
        self.texts.insert(module, code.to_owned());
    }

    fn find_exports(&mut self) {
        for (module, text) in &self.texts {
            for statement in statements(text, "pub use ").chain(statements(text, "pub(crate) use "))
            {
                for path in expand(statement) {
                    let Some((name, parents)) = path.split_last() else {
                        continue;
                    };
                    let target = self.absolute(module, parents);
                    // A macro is handed on under its own name by the file that defines it.
                    if let Some(target) = target.filter(|target| target != module) {
                        let key = (module.clone(), name.clone());
                        self.exports.insert(key, (target, name.clone()));
                    }
                }
            }
        }
    }

    /// The module that a path within `module` begins at, followed as far as there are modules. `None`: another crate's.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let mut at = module.clone();
        let mut rest = path;
        match path.first().map(String::as_str) {
            Some("crate") => {
                at.clear();
                rest = &path[1..];
            }
            Some("super") => {
                while rest.first().is_some_and(|name| name == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
            }
            Some("self") => rest = &path[1..],
            Some(name) => {
                let child: Module = at.iter().cloned().chain([name.to_owned()]).collect();
                if !self.texts.contains_key(&child) {
                    return None;
                }
            }
            None => {}
        }
        for name in rest {
            at.push(name.clone());
            if !self.texts.contains_key(&at) {
                at.pop();
                break;
            }
        }
        Some(at)
    }

    /// The file that defines what `path` names.
    fn definition(&self, module: &Module, path: &[String]) -> Option<Module> {
        let mut at = self.absolute(module, path)?;
        // The first name that is no module any more, if there is one.
        let depth = path
            .iter()
            .rposition(|name| at.last() == Some(name) || is_keyword(name));
        let mut name = path.get(depth.map_or(0, |depth| depth + 1)).cloned();
        while let Some(wanted) = name.take() {
            if let Some((target, wanted)) = self.exports.get(&(at.clone(), wanted)) {
                at = target.clone();
                name = Some(wanted.clone());
            }
        }
        Some(at)
    }

    /// From each file to those that it needs.
    fn edges(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let mut edges = BTreeMap::new();
        for (module, text) in &self.texts {
            let handed_on: Vec<&str> = statements(text, "pub use ").collect();
            let used = (paths(text).into_iter())
                .filter(|path| {
                    !handed_on
                        .iter()
                        .any(|statement| statement.starts_with(path))
                })
                .flat_map(expand)
                .filter_map(|path| self.definition(module, &path))
                .filter(|target| target != module)
                .collect();
            edges.insert(module.clone(), used);
        }
        edges
    }

    /// Groups of files that reach each other.
    fn circles(&self) -> Vec<Vec<String>> {
        let edges = self.edges();
        let reached = |from: &Module| {
            let mut seen = BTreeSet::new();
            let mut next: Vec<&Module> = edges[from].iter().collect();
            while let Some(module) = next.pop() {
                if seen.insert(module) {
                    next.extend(&edges[module]);
                }
            }
            seen
        };
        let reached: BTreeMap<&Module, BTreeSet<&Module>> = edges
            .keys()
            .map(|module| (module, reached(module)))
            .collect();
        let circle = |module: &Module| -> Vec<String> {
            (reached[module].iter())
                .filter(|other| reached[**other].contains(module))
                .map(|other| other.join("::"))
                .collect()
        };
        let circles: BTreeSet<Vec<String>> = edges
            .keys()
            .map(circle)
            .filter(|circle| !circle.is_empty())
            .collect();
        circles.into_iter().collect()
    }
}

fn is_keyword(name: &str) -> bool {
    matches!(name, "crate" | "super" | "self")
}

/// The rest of each statement that begins with `start`, up to its semicolon.
fn statements<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(start).map(move |(at, _)| {
        let rest = &text[at + start.len()..];
        &rest[..rest.find(';').unwrap_or(rest.len())]
    })
}

/// Every path of two names or more, with what its braces hold.
fn paths(text: &str) -> Vec<&str> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !is_name(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let mut depth = 0;
        let mut long = false;
        loop {
            while at < bytes.len()
                && (is_name(bytes[at]) || depth > 0 && !matches!(bytes[at], b'{' | b'}'))
            {
                at += 1;
            }
            if text[at..].starts_with("::") {
                long = true;
                at += 2;
            } else if long
                && bytes.get(at) == Some(&b'{')
                && (depth > 0 || text[..at].ends_with("::"))
            {
                depth += 1;
                at += 1;
            } else if depth > 0 && bytes.get(at) == Some(&b'}') {
                depth -= 1;
                at += 1;
                if depth == 0 {
                    break;
                }
            } else {
                break;
            }
        }
        if long {
            found.push(&text[start..at]);
        }
    }
    found
}

/// `a::{b, c::d as e}` as `[a, b]` and `[a, c, d]`.
fn expand(path: &str) -> Vec<Vec<String>> {
    let path = path.trim();
    let Some(open) = path.find('{') else {
        let path = path.split(" as ").next().unwrap_or(path);
        let names = path.split("::").map(|name| name.trim().to_owned());
        return vec![names.filter(|name| !name.is_empty()).collect()];
    };
    let prefix: Vec<String> = expand(&path[..open]).concat();
    let inner = path[open + 1..].trim_end_matches('}');
    let mut depth = 0;
    inner
        .split(|letter| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            letter == ',' && depth == 0
        })
        .filter(|item| !item.trim().is_empty())
        .flat_map(expand)
        .map(|names| prefix.iter().cloned().chain(names).collect())
        .collect()
}

fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        let mut in_string = false;
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '/' if !in_string && letters.peek() == Some(&'/') => break,
                '\\' if in_string => drop(letters.next()),
                '"' => in_string = !in_string,
                _ if in_string => {}
                _ => code.push(letter),
            }
        }
        code.push('\n');
    }
    code
}

#[test]
fn no_module_reaches_itself() {
    let native = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for name in ["core", "addon", "fuzz"] {
        let krate = Crate::read(&native.join(name).join("src"));
        assert_eq!(krate.circles(), [[""; 0]; 0], "{name}");
    }
    // Edges of each kind are seen: by `super`, by `crate`, and through a re-export.
    let edges = Crate::read(&native.join("core/src")).edges();
    let module = |path: &str| -> Module { path.split("::").map(str::to_owned).collect() };
    for (from, to) in [
        ("search::sweep", "search::context"),
        ("verify", "opening"),
        ("search::layout", "kernels::tile"),
    ] {
        assert!(edges[&module(from)].contains(&module(to)), "{from} {to}");
    }
}

#[test]
fn circles_are_found_through_parents_re_exports_and_plain_paths() {
    let circles = |files: &[(&[&str], &str)]| {
        let mut krate = Crate::default();
        for (module, text) in files {
            krate.add(module.iter().map(|&name| name.to_owned()).collect(), text);
        }
        krate.find_exports();
        krate.circles()
    };
    let root: (&[&str], &str) = (&[], "mod a;\nmod b;\npub use b::{C, D};\n");
    let a: (&[&str], &str) = (&["a"], "use super::{C, D as E};\n");
    assert!(circles(&[root, a, (&["b"], "pub struct C;")]).is_empty());
    assert!(
        circles(&[
            root,
            a,
            (&["b"], "// crate::a::X\nlet _ = \"crate::a::X\";")
        ])
        .is_empty()
    );
    assert!(
        circles(&[
            root,
            a,
            (&["b"], "#[cfg(test)]\nmod tests { use crate::a::X; }")
        ])
        .is_empty()
    );
    assert_eq!(
        circles(&[root, a, (&["b"], "fn f() { crate::a::x(); }")]),
        [["a", "b"]]
    );
    let parent: (&[&str], &str) = (&[], "mod a;\nmod b;\npub struct C;\nfn f() { a::f() }");
    assert_eq!(
        circles(&[parent, (&["a"], "use crate::C;"), (&["b"], "")]),
        [["", "a"]]
    );
}
