//! Import and export, through real files in temporary folders.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use yunque::files::{
    Cell, ColumnRef, CsvExport, ExportOptions, Format, Options, Source, XlsxExport, import, import_clicks, inspect,
};
use yunque::problem::FileProblem;
use yunque::sms::{Mobile, NotAMobile, Recipients, RejectReason};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn names(&self) -> Vec<String> {
        fs::read_dir(self.0.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn read(bytes: impl AsRef<[u8]>) -> Result<Recipients, FileProblem> {
    read_with(bytes, &Options::default())
}

fn read_with(bytes: impl AsRef<[u8]>, options: &Options) -> Result<Recipients, FileProblem> {
    import(Source::Reader(Box::new(Cursor::new(bytes.as_ref().to_vec()))), options, &mut go_on)
}

fn wires(list: &Recipients) -> Vec<String> {
    list.mobiles().iter().map(|m| m.wire()).collect()
}

fn keeping(columns: &[&str]) -> Options {
    Options { keep_columns: columns.iter().map(|c| (*c).to_owned()).collect(), ..Options::default() }
}

fn wide(text: &str, is_little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

const SHEET: &str = "姓名,手机号\n张三,13800138000\n李四,13900139000\n";

#[test]
fn the_same_sheet_is_read_in_every_encoding() {
    let gb = encoding_rs::GB18030.encode(SHEET).0.into_owned();
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark.to_vec(), bytes].concat();
    let encodings = [
        ("UTF-8", SHEET.as_bytes().to_vec()),
        ("UTF-8 with mark", marked(b"\xef\xbb\xbf", SHEET.as_bytes().to_vec())),
        ("GB18030", gb.clone()),
        ("UTF-16LE with mark", marked(b"\xff\xfe", wide(SHEET, true))),
        ("UTF-16BE with mark", marked(b"\xfe\xff", wide(SHEET, false))),
        ("UTF-16LE", wide(SHEET, true)),
        ("UTF-16BE", wide(SHEET, false)),
    ];
    for (name, bytes) in encodings {
        let list = read_with(bytes, &keeping(&["姓名"])).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(wires(&list), ["13800138000", "13900139000"], "{name}");
        assert_eq!((list.values(0), list.values(1)), ("张三", "李四"), "{name}");
    }
    let told = Options { encoding: Some("gbk".into()), ..keeping(&["姓名"]) };
    assert_eq!(read_with(gb, &told).unwrap().values(1), "李四");
    let wrong = Options { encoding: Some("klingon".into()), ..Options::default() };
    assert_eq!(read_with(SHEET, &wrong), Err(FileProblem::UnknownEncoding { name: "klingon".into() }));
}

#[test]
fn chinese_that_comes_after_the_first_64_kib_of_ascii_is_still_read() {
    let mut bytes = b"mobile,name\n".to_vec();
    for i in 0..5000 {
        bytes.extend(format!("138{i:08},somebody\n").bytes());
    }
    bytes.extend(encoding_rs::GB18030.encode("13900139000,张三\n").0.iter());
    let list = read_with(bytes, &keeping(&["name"])).unwrap();
    assert_eq!((list.len(), list.values(5000)), (5001, "张三"));
}

#[test]
fn an_inspection_tells_what_will_be_read() {
    let folder = Folder::new();
    let path = folder.file("a.csv", "客户;联系电话;城市\n甲;13800138000;北京\n乙;13900139000;上海\n");
    let seen = inspect(Source::Path(path), &Options::default()).unwrap();
    assert_eq!((seen.format, seen.encoding, seen.delimiter, seen.has_header), (Format::Csv, "UTF-8", Some(';'), true));
    let columns: Vec<_> = seen.columns.iter().map(|c| (c.name.as_str(), c.sample.as_str())).collect();
    assert_eq!(columns, [("客户", "甲"), ("联系电话", "13800138000"), ("城市", "北京")]);
    assert_eq!(seen.mobile_column, Some(1));
    assert_eq!(seen.first_rows.len(), 2);
}

#[test]
fn the_column_of_numbers_is_found_by_its_content_where_no_header_says_it() {
    let list = read("7,13800138000,a\n8,13900139000,b\n").unwrap();
    assert_eq!((wires(&list).len(), list.rows()), (2, &[1, 2][..]));
    let model = read("姓名,手机型号,联系\n甲,iPhone,13800138000\n乙,Mate,13900139000\n").unwrap();
    assert_eq!(model.len(), 2, "a name that sounds right over a column without a number");
    let tabs = read("x\t13800138000\ny\t13900139000").unwrap();
    assert_eq!(tabs.len(), 2);
    let named = Options { mobile_column: Some(ColumnRef::Name("B".into())), ..Options::default() };
    assert_eq!(wires(&read_with("a,b\n13800138000,13900139000\n", &named).unwrap()), ["13900139000"]);
    let index = Options { mobile_column: Some(ColumnRef::Index(0)), ..Options::default() };
    assert_eq!(wires(&read_with("a,b\n13800138000,13900139000\n", &index).unwrap()), ["13800138000"]);
}

#[test]
fn a_second_column_of_numbers_is_never_written_to_unless_somebody_said_so() {
    let two = "13800138000,13900139000\n13800138001,13900139001\n";
    let sparse = "13800138000\t\n13800138001\t13900139001\n13800138002\t\n13800138003\t\n13800138004\t\n";
    let named = "Lina;13800138000;13900139000\nWei;13800138001;13900139001\n";
    for (text, found) in [(two, "1, 2"), (sparse, "1, 2"), (named, "2, 3")] {
        let problem = read(text).unwrap_err();
        assert_eq!(problem, FileProblem::ManyColumns { path: "-".to_owned(), found: found.to_owned() }, "{text:?}");
    }
    let column = |name: &str| Options { mobile_column: Some(ColumnRef::Name(name.into())), ..Options::default() };
    assert_eq!(wires(&read_with(two, &column("2")).unwrap()), ["13900139000", "13900139001"]);
    assert_eq!(wires(&read_with(sparse, &column("1")).unwrap()).len(), 5);
    // With a header the name decides; lines of different length are a list; a landline is no second mobile.
    let header = read("手机,备用手机\n13800138000,13900139000\n13800138001,13900139001\n").unwrap();
    assert_eq!(wires(&header), ["13800138000", "13800138001"]);
    assert_eq!(read("13800138000,13900139000\n13800138001\n").unwrap().len(), 3);
    assert_eq!(read("Lina,13800138000,010-62345678\nWei,13800138001,010-62345679\n").unwrap().len(), 2);
}

#[test]
fn a_column_that_only_sounds_like_one_of_numbers_is_not_taken_without_a_number_in_it() {
    for name in ["手机型号", "手机归属地", "phone model"] {
        let problem = read(format!("姓名,{name}\n甲,北京\n乙,上海\n")).unwrap_err();
        assert!(matches!(problem, FileProblem::NoNumbers { .. }), "{name}: {problem:?}");
    }
    // One that is called so is: its rows are left out one by one, each with its reason.
    let list = read("姓名,手机\n甲,none\n乙,12\n").unwrap();
    assert_eq!((list.len(), list.rejected().len()), (0, 2));
    assert_eq!(read("姓名,客户手机\n甲,13800138000\n乙,\n丙,\n").unwrap().len(), 1);
}

#[test]
fn plain_text_is_read_however_its_numbers_are_separated() {
    for text in [
        "13800138000\n13900139000\n",
        "13800138000,13900139000",
        "138 0013 8000\r\n139 0013 9000",
        "13800138000\r13900139000\r",
    ] {
        assert_eq!(wires(&read(text).unwrap()), ["13800138000", "13900139000"], "{text:?}");
    }
    let many: Vec<String> = (0..20_000).map(|n| (13_800_000_000_u64 + n).to_string()).collect();
    for separator in [",", ";", " ", "，"] {
        assert_eq!(read(many.join(separator)).unwrap().len(), 20_000, "one line, longer than what is looked at");
    }
    let list = read("13800138000\nnot a number\n13800138000\n").unwrap();
    assert_eq!(list.len(), 1);
    assert!(list.rejected().iter().any(|r| r.row == 3 && r.reason == RejectReason::Duplicate { of: 1 }));
}

#[test]
fn rows_that_cannot_be_used_keep_the_line_number_an_editor_shows() {
    let list =
        read("mobile,note\n13800138000,\"two\nlines\"\n\n010-88888888,\n12,\"open\n13900139000,ok\n13800138000,\n")
            .unwrap();
    assert_eq!((wires(&list), list.rows()), (vec!["13800138000".to_owned(), "13900139000".to_owned()], &[2, 7][..]));
    let left_out: Vec<_> = list.rejected().iter().map(|r| (r.row, r.reason)).collect();
    assert_eq!(
        left_out,
        [
            (5, RejectReason::NotAMobile(NotAMobile::Landline)),
            (6, RejectReason::Unreadable),
            (8, RejectReason::Duplicate { of: 2 }),
        ]
    );
}

#[test]
fn a_hostile_file_spoils_its_own_rows_only() {
    let list = read(b"mobile\n138\x0000138000\n13800138000\n\xff\xfe\xfd\n13900139000\n").unwrap();
    assert_eq!((list.len(), list.rejected().len()), (2, 2));
    let long = [b"mobile,x\n13800138000,".to_vec(), vec![b'a'; 10 << 20], b"\n13900139000,\n".to_vec()].concat();
    let list = read(long).unwrap();
    assert_eq!((wires(&list), list.rejected()[0].reason), (vec!["13900139000".to_owned()], RejectReason::Unreadable));
    assert!(list.rejected()[0].raw.len() <= 64);
    let columns: Vec<String> = (0..100).map(|i| format!("c{i}")).collect();
    let cells: Vec<String> = (0..100).map(|i| if i == 77 { "13800138000".into() } else { i.to_string() }).collect();
    assert_eq!(read(format!("{}\n{}\n", columns.join(","), cells.join(","))).unwrap().len(), 1);
}

#[test]
fn spreadsheet_wrappings_around_a_number_are_taken_off() {
    let list = read("mobile,x\n=\"13800138000\",1\n'13900139000,1\n13700137000.0,1\n").unwrap();
    assert_eq!(wires(&list), ["13800138000", "13900139000", "13700137000"]);
    assert_eq!(read("mobile,x\n1.38E+10,1\n").unwrap().malformed(), 1);
}

#[test]
fn what_is_no_file_of_numbers_is_refused_with_its_own_reason() {
    let folder = Folder::new();
    let open = |path: &Path| import(Source::Path(path.to_owned()), &Options::default(), &mut go_on).unwrap_err();
    assert!(matches!(open(&folder.path("none.csv")), FileProblem::Missing { .. }));
    assert!(matches!(open(folder.0.path()), FileProblem::Directory { .. }));
    assert!(matches!(open(&folder.file("empty.csv", "")), FileProblem::Empty { .. }));
    assert!(matches!(open(&folder.file("blank.csv", " \n\n")), FileProblem::Empty { .. }));
    assert!(matches!(open(&folder.file("a.pdf", "%PDF-1.7 …")), FileProblem::Binary { found: "a PDF", .. }));
    assert!(matches!(open(&folder.file("a.bin", [7_u8, 0, 1, 200].repeat(99))), FileProblem::Binary { .. }));
    assert!(matches!(open(&folder.file("a.xlsx", "PK\x03\x04 broken")), FileProblem::Workbook { .. }));
    assert!(matches!(open(&folder.file("b.csv", "a,b\nx,y\n")), FileProblem::NoNumbers { .. }));
    assert!(matches!(read_with(SHEET, &keeping(&["城市"])), Err(FileProblem::NoColumn { .. })));
}

#[test]
fn an_import_can_be_stopped() {
    let text = (13_800_000_000_u64..).take(20_000).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
    let mut calls = 0;
    let stopped = import(Source::Reader(Box::new(Cursor::new(text))), &Options::default(), &mut |_| {
        calls += 1;
        ControlFlow::Break(())
    });
    assert_eq!((stopped, calls), (Err(FileProblem::Cancelled), 1));
}

#[test]
fn a_workbook_is_read_with_numbers_kept_as_floats() {
    let folder = Folder::new();
    let path = folder.path("a.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["姓名", "手机"]).unwrap();
    sheet.write_string(1, 0, "甲").unwrap().write_number(1, 1, 13_800_138_000_f64).unwrap();
    sheet.write_string(3, 0, "乙").unwrap().write_string(3, 1, "+44 7911 123456").unwrap();
    sheet.write_string(4, 0, "丙").unwrap();
    book.save(&path).unwrap();
    let list = import(Source::Path(path.clone()), &keeping(&["姓名"]), &mut go_on).unwrap();
    assert_eq!((wires(&list), list.rows()), (vec!["13800138000".to_owned(), "+447911123456".to_owned()], &[2, 4][..]));
    assert_eq!((list.values(0), list.rejected()[0].row), ("甲", 5));
    let seen = inspect(Source::Reader(Box::new(fs::File::open(path).unwrap())), &Options::default()).unwrap();
    assert_eq!((seen.format, seen.mobile_column, seen.has_header), (Format::Xlsx, Some(1), true));
}

#[test]
fn a_chart_has_no_rows_and_a_sheet_that_cannot_be_read_is_no_empty_one() {
    let folder = Folder::new();
    let path = folder.path("chart.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let mut chart = rust_xlsxwriter::Chart::new(rust_xlsxwriter::ChartType::Pie);
    chart.add_series().set_values("Numbers!$A$1:$A$2");
    book.add_chartsheet().insert_chart(0, 0, &chart).unwrap();
    let sheet = book.add_worksheet().set_name("Numbers").unwrap();
    sheet.write_column(0, 0, ["手机", "13800138000"]).unwrap();
    book.save(&path).unwrap();
    let list = import(Source::Path(path.clone()), &Options::default(), &mut go_on).unwrap();
    assert_eq!(wires(&list), ["13800138000"]);
    // The sheet is there under another name than the workbook says: names in an archive are not compressed.
    let mut bytes = fs::read(&path).unwrap();
    let name = b"xl/worksheets/sheet1.xml";
    let places: Vec<usize> = (0..bytes.len() - name.len()).filter(|at| bytes[*at..].starts_with(name)).collect();
    assert_eq!(places.len(), 2);
    for at in places {
        bytes[at + name.len() - 5] = b'7';
    }
    fs::write(&path, bytes).unwrap();
    let broken = import(Source::Path(path), &Options::default(), &mut go_on);
    assert!(matches!(broken, Err(FileProblem::Workbook { .. })), "{broken:?}");
}

#[test]
fn notes_may_come_before_the_sheet_with_the_numbers() {
    let folder = Folder::new();
    let path = folder.path("notes.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write_string(0, 0, "双十二名单，请勿外传").unwrap();
    book.add_worksheet().write_column(0, 0, ["手机", "13800138000", "13900139000"]).unwrap();
    book.save(&path).unwrap();
    assert_eq!(import(Source::Path(path), &Options::default(), &mut go_on).unwrap().len(), 2);
}

#[test]
fn a_sheet_of_clicks_is_summed_up_by_number() {
    let sheet = "手机号,短链,点击时间\n13800138000,dx5.cn/a,2026-11-20 10:00:00\n13900139000,dx5.cn/b,2026-11-20 09:00:00\n13800138000,dx5.cn/a,2026-11-19 10:00:00\n坏,x,\n";
    let folder = Folder::new();
    let clicks =
        import_clicks(Source::Path(folder.file("c.csv", encoding_rs::GB18030.encode(sheet).0)), &mut go_on).unwrap();
    assert_eq!((clicks.rows.len(), clicks.rows[0].clicks, clicks.rows[1].clicks), (2, 2, 1));
    assert_eq!(clicks.rows[0].last_at - clicks.rows[0].first_at, 86_400_000);
    assert_eq!((clicks.rejected[0].row, clicks.rows_read), (5, 4));

    let summed = "number,mobile,点击次数,首次点击时间,最后点击时间\n1,13800138000,3,2026/11/19 10:00,2026/11/20 10:00\n2,13900139000,0,,\n";
    let clicks = import_clicks(Source::Path(folder.file("d.csv", summed)), &mut go_on).unwrap();
    assert_eq!((clicks.rows.len(), clicks.rows[0].clicks), (1, 3));
    assert_eq!(clicks.rows[0].last_at - clicks.rows[0].first_at, 86_400_000);

    let none = import_clicks(Source::Path(folder.file("e.csv", "a,b\nx,y\n")), &mut go_on).unwrap_err();
    assert!(matches!(none, FileProblem::NotClicks { found, .. } if found.contains('1') || found.contains('a')));
}

#[test]
fn a_list_of_recipients_is_no_sheet_of_clicks_and_an_empty_sheet_is_refused() {
    let folder = Folder::new();
    let read = |text: &str| import_clicks(Source::Path(folder.file("s.csv", text)), &mut go_on);
    for list in [
        "手机号\n13800138000\n",
        "name,手机\n陈,13800138000\n",
        "First name,mobile,注册时间,account,购买次数\nTom,13800138000,2026-11-01 10:00:00,7,2\n",
    ] {
        let problem = read(list).unwrap_err();
        assert!(matches!(problem, FileProblem::NoClickColumn { .. }), "{list}: {problem:?}");
    }
    for (rows, sheet) in [(0, "手机号,点击次数\n"), (2, "手机号,点击次数\n13800138000,x\n坏,1\n")] {
        let problem = read(sheet).unwrap_err();
        assert!(
            matches!(problem, FileProblem::NoClickRows { rows: found, .. } if found == rows),
            "{sheet}: {problem:?}"
        );
    }
    assert!(read("手机号,点击次数\n13800138000,0\n").unwrap().rows.is_empty(), "a sheet may say that nobody clicked");
}

#[test]
fn a_count_that_cannot_be_read_and_a_row_that_says_nothing_are_not_one_click() {
    let folder = Folder::new();
    let sheet = "手机号,点击次数,点击时间\n13800138000,3.0,\n13800138001,\"1,234\",\n13800138002,x,2026-11-20 10:00\n13800138003,,2026-11-20 10:00\n13800138004,,\n13800138005,-,-\n";
    let clicks = import_clicks(Source::Path(folder.file("s.csv", sheet)), &mut go_on).unwrap();
    assert_eq!(clicks.rows.iter().map(|row| row.clicks).collect::<Vec<_>>(), [3, 1234, 1]);
    assert_eq!(clicks.rejected.iter().map(|row| row.row).collect::<Vec<_>>(), [4, 6, 7]);
}

fn cells(mobile: &str) -> [Cell<'static>; 4] {
    [
        Cell::Phone(Mobile::parse(mobile).unwrap()),
        "=HYPERLINK(\"x\")".into(),
        Cell::Int(-3),
        Cell::Time(1_795_154_525_000),
    ]
}

#[test]
fn a_csv_is_written_harmless_private_and_whole() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let path = folder.path("out.csv");
    let options = ExportOptions { bom: true, overwrite: false };
    let mut export = CsvExport::create(&path, &["mobile", "text", "n", "at"], options).unwrap();
    for row in [cells("13800138000"), cells("+447911123456")] {
        export.row(&row).unwrap();
    }
    assert!(!path.exists() && export.count() == 2);
    assert_eq!(export.finish(), Ok(2));
    let row = "\"'=HYPERLINK(\"\"x\"\")\",-3,2026-11-20 14:02:05";
    let expected = format!("\u{feff}mobile,text,n,at\n13800138000,{row}\n+447911123456,{row}\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(folder.names(), ["out.csv"]);
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_told_and_a_dropped_export_leaves_nothing() {
    let folder = Folder::new();
    let path = folder.file("out.csv", "old");
    assert!(matches!(CsvExport::create(&path, &["a"], ExportOptions::default()), Err(FileProblem::Exists { .. })));
    assert!(matches!(XlsxExport::create(&path, &["a"], ExportOptions::default()), Err(FileProblem::Exists { .. })));
    let told = ExportOptions { overwrite: true, bom: false };
    drop(CsvExport::create(&path, &["a"], told).unwrap());
    assert_eq!((fs::read_to_string(&path).unwrap().as_str(), folder.names().len()), ("old", 1));
    CsvExport::create(&path, &["a"], told).unwrap().finish().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "a\n");
    // A file that appears while the export runs is not replaced either.
    let late = folder.path("late.csv");
    let export = CsvExport::create(&late, &["a"], ExportOptions::default()).unwrap();
    fs::write(&late, "theirs").unwrap();
    assert!(matches!(export.finish(), Err(FileProblem::Exists { .. })));
    assert_eq!(fs::read_to_string(&late).unwrap(), "theirs");
    assert!(matches!(
        CsvExport::create(&folder.path("no/such/folder.csv"), &["a"], told),
        Err(FileProblem::Missing { .. })
    ));
}

#[test]
fn what_a_workbook_export_writes_is_imported_again() {
    let folder = Folder::new();
    let path = folder.path("out.xlsx");
    let mut export =
        XlsxExport::create(&path, &["手机号", "备注", "点击次数", "点击时间"], ExportOptions::default()).unwrap();
    (0..300).map(|i| cells(&format!("138{i:08}"))).for_each(|row| export.row(&row).unwrap());
    assert_eq!(export.finish(), Ok(300));
    let list = import(Source::Path(path.clone()), &keeping(&["备注", "点击时间"]), &mut go_on).unwrap();
    assert_eq!((list.len(), list.values(299)), (300, "'=HYPERLINK(\"x\")\u{1f}2026-11-20 14:02:05"));
    assert_eq!(folder.names(), ["out.xlsx"]);
}

/// Prints figures; `YUNQUE_BENCH_CSV` names a file of `bench/gencsv.py 1000000`.
#[test]
#[ignore = "measures a million rows: cargo test --release --test files -- --ignored --nocapture"]
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn figures_for_a_million_rows() {
    let source = PathBuf::from(std::env::var_os("YUNQUE_BENCH_CSV").unwrap());
    let memory = || {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        status.lines().find(|l| l.starts_with("VmHWM")).unwrap().to_owned()
    };
    let folder = Folder::new();
    let mut list = Recipients::default();
    for _ in 0..3 {
        let start = std::time::Instant::now();
        list = import(Source::Path(source.clone()), &Options::default(), &mut go_on).unwrap();
        eprintln!("import {} rows {:?} {}", list.len(), start.elapsed(), memory());
    }
    let text: String = list.mobiles()[..50_000].iter().map(|m| m.wire() + "\n").collect();
    let start = std::time::Instant::now();
    let typed = Recipients::typed(&text);
    eprintln!("typed {} {:?}", typed.len(), start.elapsed());
    let row =
        |m: &Mobile| [Cell::Phone(*m), "http://yp2.cn/abcdef".into(), Cell::Int(3), Cell::Time(1_795_154_525_000)];
    for i in 0..3 {
        let start = std::time::Instant::now();
        let path = folder.path(&format!("{i}.csv"));
        let mut export =
            CsvExport::create(&path, &["mobile", "url", "clicks", "time"], ExportOptions::default()).unwrap();
        list.mobiles().iter().map(row).for_each(|row| export.row(&row).unwrap());
        export.finish().unwrap();
        eprintln!("csv {:?} {}", start.elapsed(), memory());
    }
    let start = std::time::Instant::now();
    let path = folder.path("out.xlsx");
    let mut export = XlsxExport::create(&path, &["mobile", "url", "clicks", "time"], ExportOptions::default()).unwrap();
    list.mobiles().iter().map(row).for_each(|row| export.row(&row).unwrap());
    // A hundred thousand more: the second sheet begins.
    let more: Vec<_> = (0..100_000).map(|n| Mobile::from_digits(8_614_400_000_000 + n)).collect();
    more.iter().map(row).for_each(|row| export.row(&row).unwrap());
    export.finish().unwrap();
    eprintln!("xlsx, 1,100,000 rows {:?} {}", start.elapsed(), memory());
    let start = std::time::Instant::now();
    let again = import(Source::Path(path), &Options::default(), &mut go_on).unwrap();
    eprintln!("xlsx import {} {:?} {}", again.len(), start.elapsed(), memory());
    assert_eq!((again.len(), again.rejected().len(), again.rows().last()), (list.len() + 100_000, 0, Some(&1_100_002)));
}
