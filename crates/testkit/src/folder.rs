//! Data folders for tests, copied instead of made anew: the migrations of a first start take longer than most tests.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use carillon_store::Store;
use tempfile::TempDir;

/// The files of a data folder that no store has open.
pub struct Files(Vec<(PathBuf, Vec<u8>)>);

impl Files {
    /// Reads the files of a folder.
    pub fn read(folder: &Path) -> Self {
        let mut files = Vec::new();
        collect(folder, folder, &mut files);
        Self(files)
    }

    /// Writes them into a new folder.
    pub fn write(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in &self.0 {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.push((path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap()));
        }
    }
}

/// A data folder without an organisation, as a first start leaves it.
pub fn empty() -> TempDir {
    static EMPTY: LazyLock<Files> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path()).unwrap());
        Files::read(folder.path())
    });
    EMPTY.write()
}
