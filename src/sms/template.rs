//! A text with variables: `【云雀】{name}，您好`.
use super::Recipients;

/// A variable for which a recipient has no value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MissingVariable {
    /// The name between the braces.
    pub name: String,
}

/// A text, cut into what everybody gets and what is each one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Copied(String),
    Variable(String),
}

impl Template {
    /// Cuts a text at its `{variables}`. A name is letters, digits, `_` and `-` of any script; other braces are text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut copied = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let inside = &rest[open + 1..];
            let name = inside.find('}').map(|close| &inside[..close]).filter(|name| is_name(name));
            if let Some(name) = name {
                copied.push_str(&rest[..open]);
                if !copied.is_empty() {
                    pieces.push(Piece::Copied(std::mem::take(&mut copied)));
                }
                pieces.push(Piece::Variable(name.to_owned()));
                rest = &inside[name.len() + 1..];
            } else {
                copied.push_str(&rest[..=open]);
                rest = inside;
            }
        }
        copied.push_str(rest);
        if !copied.is_empty() {
            pieces.push(Piece::Copied(copied));
        }
        Self { pieces }
    }

    /// The names of the variables, each once, in order of appearance.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for piece in &self.pieces {
            if let Piece::Variable(name) = piece
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        names
    }

    /// Whether everybody gets the same text.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.variables().is_empty()
    }

    /// The variables, each once, for which a recipient has no value; see [`Template::fill`].
    #[must_use]
    pub fn lacking(&self, columns: &[String], values: &str) -> Vec<String> {
        let lacks = |name: &&str| {
            let alone = Self { pieces: vec![Piece::Variable((*name).to_owned())] };
            alone.fill(columns, values).is_err()
        };
        self.variables().into_iter().filter(lacks).map(str::to_owned).collect()
    }

    /// Whether some values could make the same text of both: not when they begin or end differently.
    #[must_use]
    pub fn may_read_as(&self, other: &Self) -> bool {
        if self.is_plain() && other.is_plain() {
            return self.pieces == other.pieces;
        }
        let copied = |piece: Option<&Piece>| match piece {
            Some(Piece::Copied(text)) => text.clone(),
            _ => String::new(),
        };
        let (head, their_head) = (copied(self.pieces.first()), copied(other.pieces.first()));
        let (tail, their_tail) = (copied(self.pieces.last()), copied(other.pieces.last()));
        let begins = head.starts_with(&their_head) || their_head.starts_with(&head);
        begins && (tail.ends_with(&their_tail) || their_tail.ends_with(&tail))
    }

    /// The final text for a recipient whose `values` (joined, as [`Recipients::values`] gives them) belong to `columns`.
    ///
    /// # Errors
    /// The first variable that has no column, or a blank value.
    pub fn fill(&self, columns: &[String], values: &str) -> Result<String, MissingVariable> {
        let mut filled = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Copied(text) => filled.push_str(text),
                Piece::Variable(name) => {
                    let value = columns
                        .iter()
                        .position(|column| column == name)
                        .and_then(|i| values.split(Recipients::SEPARATOR).nth(i))
                        .map(str::trim)
                        .filter(|value| !value.is_empty());
                    filled.push_str(value.ok_or_else(|| MissingVariable { name: name.clone() })?);
                }
            }
        }
        Ok(filled)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
