//! The texts of each module in each language, as the till fetches them: `pkg/till.th.txt`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};

/// The modules whose texts the catalogues hold.
const MODULES: [&str; 3] = ["till", "scanners", "office"];

/// Writes a file for each module and language into the folder.
pub(super) fn write(catalogues: &Path, folder: &Path) -> Result<()> {
    let catalogues = scantill_catalogues::read(catalogues).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow!("the languages in texts/ do not agree:\n{}", faults.join("\n"))
    })?;
    for tag in catalogues.tags() {
        for module in MODULES {
            let file = folder.join(format!("{module}.{tag}.txt"));
            let lines = catalogues.lines(tag, module).unwrap_or_default();
            fs::write(&file, lines).with_context(|| file.display().to_string())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn each_language_has_a_file_for_each_module() {
        let folder = std::env::temp_dir().join(format!("scantill-xtask-{}-texts", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        write(&Workspace::find().unwrap().root.join("texts"), &folder).unwrap();
        let lines = |name: &str| fs::read_to_string(folder.join(name)).unwrap().lines().count();
        for module in MODULES {
            let count = lines(&format!("{module}.en.txt"));
            assert!(0 < count);
            assert!(["th", "zh-Hans"].iter().all(|tag| lines(&format!("{module}.{tag}.txt")) == count));
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
