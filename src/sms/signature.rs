//! The sender's name in full-width brackets that every text begins with.

/// The signature of a text, without its brackets: `云雀` of `【云雀】你好`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature(String);

impl Signature {
    /// The signature that `text` begins with; `None` when there is none, it is empty, or it is not closed.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let (name, _) = text.strip_prefix('【')?.split_once('】')?;
        let name = name.trim();
        (!name.is_empty() && !name.contains('【')).then(|| Self(name.to_owned()))
    }

    /// The name between the brackets.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "【{}】", self.0)
    }
}
