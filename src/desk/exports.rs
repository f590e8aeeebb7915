//! Files in and out: recipients and click sheets read, tables written; both on a thread of their own.
//! Every export is audited, since it takes numbers out of the house; none replaces a file that is there, unless somebody
//! said so.
//!
//! ```text
//! rows of Cells ─Sheet::fill─▶ CsvExport | XlsxExport (by the ending), a temporary file, on a blocking thread
//!               ─▶ a line of the audit ─▶ Filled::finish: renamed, on a blocking thread
//! ```
//! In this order, so that whatever stops us in between (a full disk, Ctrl-C) no file is there that the audit does not name.
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{Clicks, Desk, Result, blocking};
use crate::app;
use crate::files::{self, Cell, CsvExport, ExportOptions, Options, Source, XlsxExport};
use crate::problem::FileProblem;
use crate::sms::{CampaignId, ClickRow, Mobile, Reading, RecipientState, Recipients, Rejected};
use crate::store::RecipientRow;
use crate::words::{Lang, state};

/// Recipients read and written at a time.
const PAGE: u32 = 20_000;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// A CSV begins with a byte order mark, which Excel needs and programs do not.
    pub bom: bool,
    /// Numbers are masked.
    pub is_masked: bool,
    /// A file that is there already may be replaced: somebody said so.
    pub replaces: bool,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where.
    pub path: PathBuf,
    /// Rows, the header left out.
    pub rows: u64,
}

impl Desk {
    /// The beginning of a file of recipients: its columns and first rows.
    ///
    /// # Errors
    /// The file.
    pub async fn peek(&self, typed: &str, reading: Reading) -> Result<app::Sheet> {
        let path = self.path(typed);
        let inspected = path.clone();
        let found = blocking(move || files::inspect(Source::Path(inspected), &reading.into())).await??;
        Ok(app::Sheet {
            path,
            encoding: found.encoding.to_owned(),
            columns: found.columns.into_iter().map(|column| column.name).collect(),
            mobile_column: found.mobile_column.unwrap_or(0),
            rows: found.first_rows,
        })
    }

    /// Writes the clicks by number of a look: number, clicks, first and last click. Audited.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub async fn export_clicks(&self, clicks: &Clicks, file: &Path, manner: Manner) -> Result<Written> {
        let about = match &clicks.subject {
            app::Subject::Link(sid) => sid.to_string(),
            app::Subject::Campaign(id) => id.to_string(),
        };
        let rows = clicks.rows.clone();
        let sheet = Sheet::new(file, &["mobile", "clicks", "first_at", "last_at"], manner);
        let filled = blocking(move || {
            sheet.fill(|to| {
                rows.iter().filter(|row| row.clicks > 0).try_for_each(|row| to.row(&click_cells(row, manner)))
            })
        })
        .await??;
        self.exported(filled, &about).await
    }

    /// Writes one group of a subject's recipients, as the console shows it: number, name, clicks, delivery. Audited.
    ///
    /// # Errors
    /// The file exists or cannot be written; as [`Desk::click_page`].
    pub async fn export_group(
        &self,
        subject: &app::Subject,
        group: app::Group,
        file: &Path,
        manner: Manner,
    ) -> Result<Written> {
        let page = self.click_page(subject, group, false).await?;
        let sheet = Sheet::new(file, &["mobile", "name", "clicks", "first_at", "last_at", "delivered_at"], manner);
        let filled = blocking(move || {
            sheet.fill(|to| {
                let Some(page) = &page else { return Ok(()) };
                for (i, row) in page.table.rows.iter().enumerate() {
                    let name = page.names.get(i).map_or("", |name| name);
                    let delivered_at = page.delivered_at.get(i).copied().unwrap_or(i64::MIN);
                    let [mobile, clicks, first, last] = click_cells(row, manner);
                    to.row(&[mobile, name.into(), clicks, first, last, Cell::Time(delivered_at)])?;
                }
                Ok(())
            })
        })
        .await??;
        let about = match subject {
            app::Subject::Link(sid) => format!("{sid} {group:?}"),
            app::Subject::Campaign(id) => format!("{id} {group:?}"),
        };
        self.exported(filled, &about).await
    }

    /// Writes everybody of a campaign, with the columns of the operator's own file, state, code, delivery. Audited.
    ///
    /// # Errors
    /// No such campaign; the file exists or cannot be written.
    pub async fn export_campaign(&self, id: CampaignId, file: &Path, manner: Manner) -> Result<Written> {
        self.campaign(id).await?;
        let columns = self.store().plan(id).await?.map(|plan| plan.recipients.columns.clone()).unwrap_or_default();
        let (width, lang) = (columns.len(), self.config().look.lang);
        let mut header = vec!["row", "mobile"];
        header.extend(columns.iter().map(String::as_str));
        header.extend(["state", "sent_at", "sid", "fee", "code", "message", "delivery", "received_at", "error"]);
        let sheet = Sheet::new(file, &header, manner);
        // Pages are read while the one before is written; a writer that stops ends the reader. A reader that stops (a
        // store that fails, a caller that goes) drops the queue before the `None` that says "that was all".
        let (pages, mut queue) = mpsc::channel::<Option<Vec<RecipientRow>>>(2);
        let filling = tokio::task::spawn_blocking(move || {
            sheet.fill(|to| {
                while let Some(page) = queue.blocking_recv().ok_or(FileProblem::Cancelled)? {
                    page.iter().try_for_each(|row| to.row(&recipient_cells(row, width, manner, lang)))?;
                }
                Ok(())
            })
        });
        let read = self.read_pages(id, pages).await;
        let filled = filling.await.map_err(|e| super::broken(&e))?;
        // The reader's reason first: "cancelled" is only what the writer saw of it.
        read?;
        self.exported(filled?, &id.to_string()).await
    }

    /// Everybody of a campaign, page by page, and `None` after the last.
    async fn read_pages(&self, id: CampaignId, pages: mpsc::Sender<Option<Vec<RecipientRow>>>) -> Result<()> {
        let mut from = 0;
        loop {
            let page = self.store().recipients_page(id, None, from, PAGE).await?;
            let last = page.last().map(|row| row.seq);
            // A writer that has stopped tells why itself.
            if pages.send(last.map(|_| page)).await.is_err() {
                return Ok(());
            }
            let Some(last) = last else { return Ok(()) };
            from = last.saturating_add(1);
        }
    }

    /// Writes the rows that a source left out: row, what stood there, why. Audited.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub async fn export_left_out(&self, list: Arc<Recipients>, file: &Path, manner: Manner) -> Result<Written> {
        self.export_rejected(list.rejected().to_vec(), "left out", file, manner).await
    }

    /// Writes the rows that a campaign left out, as [`Desk::export_left_out`] does before there is one. Audited.
    ///
    /// # Errors
    /// No such campaign; the file exists or cannot be written.
    pub async fn export_left_out_of(&self, id: CampaignId, file: &Path, manner: Manner) -> Result<Written> {
        self.campaign(id).await?;
        let rejected = self.store().rejected(id).await?;
        self.export_rejected(rejected, &format!("left out of {id}"), file, manner).await
    }

    async fn export_rejected(&self, rows: Vec<Rejected>, about: &str, file: &Path, manner: Manner) -> Result<Written> {
        let lang = self.config().look.lang;
        let sheet = Sheet::new(file, &["row", "found", "reason"], manner);
        let filled = blocking(move || {
            sheet.fill(|to| {
                rows.iter().try_for_each(|left| {
                    let found = match Mobile::parse(&left.raw) {
                        Ok(mobile) => phone(mobile, manner),
                        Err(_) => Cell::from(&*left.raw),
                    };
                    to.row(&[
                        Cell::Int(i64::from(left.row)),
                        found,
                        crate::words::reason::words(left.reason, lang).into(),
                    ])
                })
            })
        })
        .await??;
        self.exported(filled, about).await
    }

    /// Writes the suppression list. Audited.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub async fn export_suppression(&self, file: &Path, manner: Manner) -> Result<Written> {
        let list = self.store().suppression_list().await?;
        let sheet = Sheet::new(file, &["mobile", "why", "at", "by"], manner);
        let filled = blocking(move || {
            sheet.fill(|to| {
                list.iter().try_for_each(|entry| {
                    let at = Cell::Time(entry.at.as_millisecond());
                    to.row(&[phone(entry.mobile, manner), entry.why.as_str().into(), at, entry.by.as_str().into()])
                })
            })
        })
        .await??;
        self.exported(filled, "suppression").await
    }

    /// Reads the numbers of a file (`-` is the standard input), with the columns that the text needs.
    pub(super) async fn read_file(&self, file: &Path, options: Options) -> Result<Recipients> {
        let source = Source::from_argument(&file.display().to_string());
        Ok(blocking(move || files::import(source, &options, &mut |_| ControlFlow::Continue(()))).await??)
    }

    /// Reads the sheet of clicks that the vendor's web console gives; the second is how many rows could not be read.
    pub(super) async fn read_clicks(&self, file: &Path) -> Result<(Vec<ClickRow>, u64)> {
        let source = Source::Path(file.to_owned());
        let sheet = blocking(move || files::import_clicks(source, &mut |_| ControlFlow::Continue(()))).await??;
        Ok((sheet.rows, sheet.rejected.len() as u64))
    }

    /// Audits a file that is complete, and puts it in its place.
    async fn exported(&self, filled: Filled, about: &str) -> Result<Written> {
        self.note_down("export", &format!("{about} {}", filled.path.display()), filled.rows.count()).await?;
        Ok(blocking(move || filled.finish()).await??)
    }
}

/// A table about to be written.
struct Sheet {
    path: PathBuf,
    header: Vec<String>,
    options: ExportOptions,
}

/// Where its rows go.
enum Rows {
    Csv(Box<CsvExport>),
    Xlsx(Box<XlsxExport>),
}

impl Sheet {
    fn new(path: &Path, header: &[&str], manner: Manner) -> Self {
        let header = header.iter().map(|&name| name.to_owned()).collect();
        Self { path: path.to_owned(), header, options: ExportOptions { overwrite: manner.replaces, bom: manner.bom } }
    }

    /// Writes all rows, but not yet into their place. Blocking.
    fn fill(
        self,
        rows: impl FnOnce(&mut Rows) -> std::result::Result<(), FileProblem>,
    ) -> std::result::Result<Filled, FileProblem> {
        let header: Vec<&str> = self.header.iter().map(String::as_str).collect();
        let is_workbook = self.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
        let mut to = if is_workbook {
            Rows::Xlsx(Box::new(XlsxExport::create(&self.path, &header, self.options)?))
        } else {
            Rows::Csv(Box::new(CsvExport::create(&self.path, &header, self.options)?))
        };
        rows(&mut to)?;
        Ok(Filled { path: self.path, rows: to })
    }
}

/// A table of which every row is written. Dropped before it is finished, it leaves nothing behind.
struct Filled {
    path: PathBuf,
    rows: Rows,
}

impl Filled {
    /// Puts the file in its place. Blocking.
    fn finish(self) -> std::result::Result<Written, FileProblem> {
        let rows = match self.rows {
            Rows::Csv(csv) => csv.finish()?,
            Rows::Xlsx(xlsx) => xlsx.finish()?,
        };
        Ok(Written { path: self.path, rows })
    }
}

impl Rows {
    fn row(&mut self, cells: &[Cell<'_>]) -> std::result::Result<(), FileProblem> {
        match self {
            Self::Csv(csv) => csv.row(cells),
            Self::Xlsx(xlsx) => xlsx.row(cells),
        }
    }

    /// How many rows there are, the header left out.
    const fn count(&self) -> u64 {
        match self {
            Self::Csv(csv) => csv.count(),
            Self::Xlsx(xlsx) => xlsx.count(),
        }
    }
}

fn phone(mobile: Mobile, manner: Manner) -> Cell<'static> {
    if manner.is_masked { Cell::from(mobile.masked()) } else { Cell::Phone(mobile) }
}

fn click_cells(row: &ClickRow, manner: Manner) -> [Cell<'static>; 4] {
    let clicks = Cell::Int(i64::from(row.clicks));
    [phone(row.mobile, manner), clicks, Cell::Time(row.first_at), Cell::Time(row.last_at)]
}

fn recipient_cells(row: &RecipientRow, width: usize, manner: Manner, lang: Lang) -> Vec<Cell<'_>> {
    let time = |at: Option<Timestamp>| at.map_or(Cell::Empty, |at| Cell::Time(at.as_millisecond()));
    let some = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::from(text.to_owned()) };
    let is_accepted = row.state == RecipientState::Accepted;
    let mut cells = vec![Cell::Int(i64::from(row.row)), phone(row.mobile, manner)];
    let mut values = row.values.split(Recipients::SEPARATOR);
    cells.extend((0..width).map(|_| some(values.next().unwrap_or_default())));
    cells.extend([
        state::recipient(row.state, lang).into(),
        time(row.at),
        row.sid.map_or(Cell::Empty, |sid| sid.to_string().into()),
        if is_accepted { row.fee.exact().into() } else { Cell::Empty },
        if row.code == 0 { Cell::Empty } else { row.code.to_string().into() },
        some(&row.msg),
        if is_accepted { state::report(row.delivery, lang).into() } else { Cell::Empty },
        time(row.received_at),
        some(&row.error),
    ]);
    cells
}
