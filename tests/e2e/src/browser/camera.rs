//! The camera of the browser's machine.

use std::path::PathBuf;

/// What a page that asks for the camera gets.
#[derive(Clone, Debug, Default)]
pub enum Camera {
    /// There is none.
    #[default]
    None,
    /// The browser keeps it from the page.
    Refused,
    /// It sees its maker's test pattern.
    Pattern,
    /// There are two, and each sees the pattern.
    Two,
    /// It sees this film, a Y4M file, again and again.
    Film(PathBuf),
}

impl Camera {
    pub(super) fn arguments(&self) -> Vec<String> {
        let device = "--use-fake-device-for-media-stream";
        let allowed = "--use-fake-ui-for-media-stream";
        match self {
            Self::None => Vec::new(),
            Self::Refused => vec![device.to_owned()],
            Self::Pattern => vec![device.to_owned(), allowed.to_owned()],
            Self::Two => vec![format!("{device}=device-count=2"), allowed.to_owned()],
            Self::Film(film) => {
                let film = format!("--use-file-for-fake-video-capture={}", film.display());
                vec![device.to_owned(), allowed.to_owned(), film]
            }
        }
    }
}
