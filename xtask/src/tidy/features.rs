//! Features that belong only to tests.

use serde_json::Value;

use crate::workspace::Workspace;

/// With this feature a test can kill the proxy at a failpoint: no release may contain it.
const NEVER_SHIPPED: &str = "failpoints";

/// The packages that switch it on, by default or for a dependency.
pub(crate) fn never_shipped(workspace: &Workspace) -> Vec<String> {
    switched_on(&workspace.metadata)
}

fn switched_on(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.flat_map(|package| by_default(package).into_iter().chain(by_dependency(package))).collect()
}

fn by_default(package: &Value) -> Option<String> {
    names(&package["features"]["default"]).then(|| format!("{}: on by default", package["name"]))
}

fn by_dependency(package: &Value) -> Vec<String> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let on = dependencies.filter(|dependency| names(&dependency["features"]));
    on.map(|dependency| format!("{}: switched on for {}", package["name"], dependency["name"])).collect()
}

fn names(features: &Value) -> bool {
    let mut features = features.as_array().into_iter().flatten().filter_map(Value::as_str);
    features.any(|feature| feature.rsplit('/').next() == Some(NEVER_SHIPPED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_default_and_a_dependency_that_switch_it_on_are_found() {
        let package = |default: &str, wanted: &str| {
            json!({ "packages": [{ "name": "proxy", "features": { "default": [default] },
                "dependencies": [{ "name": "other", "features": [wanted] }] }] })
        };
        assert!(switched_on(&package("tls", "json")).is_empty());
        assert_eq!(switched_on(&package("other/failpoints", "json")).len(), 1);
        assert_eq!(switched_on(&package("tls", "failpoints")).len(), 1);
    }

    #[test]
    fn the_proxy_has_the_feature_that_is_looked_for() {
        let workspace = Workspace::find().unwrap();
        let packages = workspace.metadata["packages"].as_array().unwrap();
        assert!(packages.iter().any(|package| package["features"].get(NEVER_SHIPPED).is_some()));
    }
}
