//! Load with `wrk`.

use std::{fs, io::Write, path::Path, process::Command};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Concurrent connections.
pub const CONNECTIONS: u32 = 64;
/// Duration of a measurement.
pub const SECONDS: u32 = 3;

/// Name and value.
type Header<'a> = (&'a str, &'a str);

/// Requests a second when `CONNECTIONS` clients post this body repeatedly. `%` followed by `N` in the body
/// becomes a different number in each request.
pub fn posts_a_second(folder: &Path, url: &str, body: &Value) -> Result<f64> {
    requests_a_second(folder, url, None, Some(std::slice::from_ref(body)))
}

/// The same with several bodies in turn.
pub fn posts_a_second_in_turn(folder: &Path, url: &str, bodies: &[Value]) -> Result<f64> {
    requests_a_second(folder, url, None, Some(bodies))
}

/// The same with a header.
pub fn posts_a_second_with(folder: &Path, url: &str, header: Header<'_>, body: &Value) -> Result<f64> {
    requests_a_second(folder, url, Some(header), Some(std::slice::from_ref(body)))
}

/// The same for GET.
pub fn gets_a_second(folder: &Path, url: &str, header: Header<'_>) -> Result<f64> {
    requests_a_second(folder, url, Some(header), None)
}

fn requests_a_second(
    folder: &Path,
    url: &str,
    header: Option<Header<'_>>,
    bodies: Option<&[Value]>,
) -> Result<f64> {
    let script = folder.join("request.lua");
    let mut file = fs::File::create(&script)?;
    if let Some((name, value)) = header {
        writeln!(file, "wrk.headers[{name:?}] = {value:?}")?;
    }
    if let Some(bodies) = bodies {
        writeln!(
            file,
            "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\nlocal n = 0\nlocal bodies = {{"
        )?;
        for body in bodies {
            writeln!(file, "{:?},", body.to_string())?;
        }
        writeln!(
            file,
            "}}\nlocal varies = bodies[1]:find('%N', 1, true)\n\
             function request()\n  n = n + 1\n  local body = bodies[n % #bodies + 1]\n  \
             return wrk.format(nil, nil, nil, varies and body:gsub('%%N', n) or body)\nend"
        )?;
    }
    let output = Command::new("wrk")
        .args(["--threads", "1", "--connections", &CONNECTIONS.to_string()])
        .args(["--duration", &format!("{SECONDS}s"), "--script"])
        .arg(&script)
        .arg(url)
        .output()
        .context("cannot start wrk")?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || printed.contains("Non-2xx") || printed.contains("Socket errors") {
        bail!("wrk had errors: {printed}{}", String::from_utf8_lossy(&output.stderr));
    }
    let rate = printed.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
    Ok(rate.context("wrk printed no rate")?.trim().parse()?)
}
