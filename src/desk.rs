//! Floor 4: the operator's desk: one async function for each thing an operator does.
//!
//! Both twins call it: the console's worker (`shell/`) and the command line (`cli/`). Here calls, store and engine come
//! together (a link is made *and* remembered; a stat is fetched *and* kept for the next look), so neither twin holds a rule.
