//! The folder tree and the grants of the chosen folder. The tree is held whole; what of it is shown
//! is worked out when folders open, close or change.

use crate::{
    api::wire::{FolderRow, GrantRow},
    app::{filter::FilterBox, shortlist::Shortlist},
    domain::id::{FolderId, GrantId},
};
use std::collections::{HashMap, HashSet};

/// The screen's state.
#[derive(Debug, Clone, Default)]
pub struct Folders {
    /// All folders, as last read.
    pub rows: Vec<FolderRow>,
    /// Whether they have been read at all.
    pub seen: bool,
    /// The folders shown.
    pub tree: Shortlist<FolderId>,
    /// Words that a folder's name must have; its ancestors are shown as well.
    pub filter: FilterBox,
    /// How many folders have them.
    pub matching: usize,
    /// The folder whose grants were asked for.
    pub grants_of: Option<FolderId>,
    /// The grants, as last read; of another folder while they are on their way.
    pub grants: Vec<GrantRow>,
    /// Whether the grants are those of the chosen folder.
    pub grants_seen: bool,
    /// The grants shown.
    pub grant_list: Shortlist<GrantId>,
    /// The folder whose grants are held.
    grants_held: Option<FolderId>,
    closed: HashSet<FolderId>,
    /// By place in `rows`: how deep, and whether there are folders in it.
    shape: Vec<(usize, bool)>,
}

impl Folders {
    /// Takes the tree read.
    pub fn take(&mut self, rows: Vec<FolderRow>) {
        self.rows = rows;
        self.seen = true;
        self.arrange();
    }

    /// Takes the grants read. In another folder the cursor begins at the top: a grant that is inherited by
    /// both must not draw it along.
    pub fn take_grants(&mut self, grants: Vec<GrantRow>) {
        if std::mem::replace(&mut self.grants_held, self.grants_of) != self.grants_of {
            self.grant_list = Shortlist::default();
        }
        self.grants = grants;
        self.grants_seen = true;
        self.grant_list.set(self.grants.iter().enumerate().map(|(i, grant)| (i, grant.id)).collect());
    }

    /// The grants did not come.
    pub fn grants_failed(&mut self) {
        self.grants_seen = false;
    }

    /// Works out anew which folders are shown.
    pub fn arrange(&mut self) {
        let known: HashSet<FolderId> = self.rows.iter().map(|row| row.id).collect();
        let mut inside: HashMap<Option<FolderId>, Vec<usize>> = HashMap::new();
        for (i, row) in self.rows.iter().enumerate() {
            inside.entry(row.parent.filter(|parent| known.contains(parent))).or_default().push(i);
        }
        let wanted = self.filter.applied().to_lowercase();
        self.matching = self.rows.iter().filter(|row| named(row, &wanted)).count();
        let hits = (!wanted.is_empty()).then(|| self.with_above(&wanted));
        self.shape = vec![(0, false); self.rows.len()];
        let mut order = Vec::with_capacity(self.rows.len());
        let mut todo: Vec<(usize, usize)> = inside.get(&None).into_iter().flatten().rev().map(|i| (*i, 0)).collect();
        while let Some((i, depth)) = todo.pop() {
            let id = self.rows[i].id;
            if hits.as_ref().is_some_and(|hits| !hits.contains(&id)) {
                continue;
            }
            let children = inside.get(&Some(id)).map_or(&[][..], Vec::as_slice);
            self.shape[i] = (depth, !children.is_empty());
            order.push((i, id));
            if hits.is_some() || !self.closed.contains(&id) {
                todo.extend(children.iter().rev().map(|child| (*child, depth + 1)));
            }
        }
        self.tree.set(order);
    }

    /// Shows what the filter leaves. The cursor goes to the first folder that matches, past those that
    /// are shown only because it is in them.
    pub fn refilter(&mut self) {
        self.arrange();
        let wanted = self.filter.applied().to_lowercase();
        let rows = &self.rows;
        self.tree.seek(|place| named(&rows[place], &wanted));
    }

    /// Folders whose name has all the words, with everything above them.
    fn with_above(&self, wanted: &str) -> HashSet<FolderId> {
        let parents: HashMap<FolderId, Option<FolderId>> = self.rows.iter().map(|row| (row.id, row.parent)).collect();
        let mut hits = HashSet::new();
        for row in &self.rows {
            if named(row, wanted) {
                let mut at = Some(row.id);
                while let Some(id) = at
                    && hits.insert(id)
                {
                    at = parents.get(&id).copied().flatten();
                }
            }
        }
        hits
    }

    /// How deep a folder is, and whether it is open (none when nothing is in it).
    pub fn shape(&self, place: usize) -> (usize, Option<bool>) {
        let (depth, full) = self.shape.get(place).copied().unwrap_or_default();
        let open = self.rows.get(place).is_some_and(|row| !self.closed.contains(&row.id));
        (depth, full.then_some(open || !self.filter.applied().is_empty()))
    }

    /// The folder under the cursor.
    pub fn current(&self) -> Option<&FolderRow> {
        self.tree.current().and_then(|i| self.rows.get(i))
    }

    /// The grant under the cursor, when the grants are those of the chosen folder.
    pub fn current_grant(&self) -> Option<&GrantRow> {
        self.grant_list.current().filter(|_| self.grants_seen).and_then(|i| self.grants.get(i))
    }

    /// Opens what a folder is in and puts the cursor on it.
    pub fn show(&mut self, folder: FolderId) {
        let parents: HashMap<FolderId, Option<FolderId>> = self.rows.iter().map(|row| (row.id, row.parent)).collect();
        let above = std::iter::successors(Some(folder), |id| parents.get(id).copied().flatten());
        for id in above.skip(1).take(self.rows.len()) {
            self.closed.remove(&id);
        }
        self.arrange();
        self.tree.select(folder);
    }

    /// Opens the folder, or goes to the first one in it.
    pub fn expand(&mut self) {
        let Some(place) = self.tree.current() else { return };
        match self.shape(place).1 {
            Some(false) => {
                self.closed.remove(&self.rows[place].id);
                self.arrange();
            }
            Some(true) => self.tree.go(crate::app::listing::Move::By(1)),
            None => {}
        }
    }

    /// Closes the folder, or goes to the one it is in.
    pub fn collapse(&mut self) {
        let Some(place) = self.tree.current() else { return };
        let row = &self.rows[place];
        if self.shape(place).1 == Some(true) && self.filter.applied().is_empty() {
            self.closed.insert(row.id);
            self.arrange();
        } else if let Some(parent) = row.parent {
            self.tree.select(parent);
        }
    }
}

/// Whether a folder's name has all these words.
fn named(row: &FolderRow, wanted: &str) -> bool {
    let name = row.name.raw().to_lowercase();
    wanted.split_whitespace().all(|word| name.contains(word))
}
