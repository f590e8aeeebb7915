//! Settling the unknown by the vendor's records (`api/yunpian-v2.md`, "Settling Unknown by records"), as a function.
