//! What is said about files on disk.

/// What the operating system says about a file, as part of a sentence.
#[must_use]
pub fn reason(error: &std::io::Error) -> String {
    let said = error.to_string().to_lowercase();
    said.split_once(" (os error").map_or(said.clone(), |(said, _)| said.to_owned())
}
