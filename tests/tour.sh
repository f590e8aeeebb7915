#!/usr/bin/env bash
# Plays the whole loop in tmux at 80x24, in both languages, and writes each screen to a text file for anyone to look at.
#   tests/tour.sh path/to/yunque docs/tour
# It waits for what the screen shows, never for time alone; a screen that does not come ends the tour with the screen.
set -euo pipefail

yunque=$(realpath "$1")
out=$2
mkdir -p "$out"
rm -f "$out"/*.txt
work=$(mktemp -d)
server=yunque-tour-$$
trap 'tmux -L "$server" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

screen() { tmux -L "$server" capture-pane -p -t tour; }
keys() { tmux -L "$server" send-keys -t tour "$@"; }
# A letter right behind Escape would be an Alt chord to any terminal: Escape gets a moment of its own.
escape() { tmux -L "$server" send-keys -t tour Escape; read -rt 0.15 <> <(:) || true; }
text() { tmux -L "$server" send-keys -t tour -l -- "$1"; }

# Waits until the screen matches an extended regular expression.
until_shown() {
  for _ in $(seq 1 200); do
    if screen | grep -qE -- "$1"; then return; fi
    read -rt 0.05 <> <(:) || true
  done
  echo "the tour waited in vain for: $1" >&2
  screen >&2
  exit 1
}

shot() { screen | sed 's/[[:space:]]*$//' >"$out/$1.txt"; echo "  $1"; }

begin() { # language, size
  tmux -L "$server" kill-server 2>/dev/null || true
  server=yunque-tour-$$-$1-$2
  tmux -L "$server" -f /dev/null new-session -d -s tour -x "${2%x*}" -y "${2#*x}" \
    "cd '$work' && HOME='$work' LANG=C.UTF-8 '$yunque' --sandbox --lang $1 --seed 7 \
       --pace 600 --audience 0.7 --stats-lag 1s --records-lag 1s; sleep 1000"
  until_shown 'dx5\.cn/'
}

cat >"$work/vip.csv" <<'CSV'
mobile,name,level
19900010001,陈晓明,gold
19900010002,Grace Lee,gold
+86 199-0001-0003,欧阳,silver
19900010001,陈晓明,gold
010-12345678,王,black
19900010004,Ahmed Khan,silver
CSV
for i in $(seq 1001 1056); do echo "1990002$i,会员 $i,silver"; done >>"$work/vip.csv"

for lang in en zh-CN; do
  echo "$lang"
  begin "$lang" 80x24
  until_shown 'dx5.cn/.* [0-9]'
  shot "$lang-01-links"
  keys n; until_shown '(Address|地址|网址)'
  text 'https://m.example.com/1212/vip?src=sms'; until_shown 'src=sms'; keys Tab; text '双12 VIP'; until_shown '双12 VIP'
  shot "$lang-02-new-link"
  keys Enter; until_shown '(Link made|已生成)'
  shot "$lang-03-link-made"
  keys s; until_shown '\[2 '
  text "$work/vip.csv"; until_shown "vip.csv"; keys Enter; until_shown '(duplicate|重复)'
  shot "$lang-04-recipients-from-a-file"
  escape; until screen | grep -qE '^› (Text|正文|内容|文本)'; do keys Tab; read -rt 0.1 <> <(:) || true; done; keys Enter Home
  text '【云雀优选】{name}，双12会员专享：全场满300减60，点击进入会场'; until_shown '进入会场'; keys End; text ' 拒收请回复R'; until_shown '拒收请回复R'
  until_shown 'Ahmed|陈晓明'
  shot "$lang-05-compose"
  escape; keys s; until_shown '(Nothing has been sent yet|尚未发送)'; until_shown '¥3\.00'
  shot "$lang-06-review"
  keys w; until_shown '(WARN|提醒|注意|警告)'
  shot "$lang-07-checks"
  escape; until_shown '¥3\.00'
  keys Tab; until_shown '\[(send|发送)'; keys Enter; until_shown '(Starts in|秒后)'
  shot "$lang-08-hold"
  until_shown '\[3 '; until_shown '(finished|已完成) +c7'; until_shown ' 60 .*(accepted|已受理)'
  shot "$lang-09-sent"
  keys c; until_shown '\[4 '; for _ in $(seq 1 60); do keys r; screen | grep -qE '^› *\+? ?199' && break; read -rt 1 <> <(:) || true; done
  until_shown '199\*\*\*\*'
  shot "$lang-10-who-clicked"
  keys 3; until_shown '\[3 '; until_shown 'c6'; keys j; until_shown '› .* c6'
  shot "$lang-11-campaigns"
  keys Enter; until_shown 'dx5\.cn'
  shot "$lang-12-one-campaign"
  keys c; until_shown '\[4 '; until_shown '^ +c6 '; until_shown '1[0-9]{2}\*\*\*\*'
  shot "$lang-13-clicks"
  keys Enter; until_shown '(Sent|发送|发出)'
  shot "$lang-14-find"
  escape; until_shown '\[4 '
  keys '?'; until_shown 'Esc'
  shot "$lang-15-help"
  escape; keys ':'; until_shown 'Esc'
  shot "$lang-16-palette"
  escape
done

echo wide and small
begin en 120x40; keys 4; until_shown '\[4 '; until_shown '\*\*\*\*'; shot wide-clicks
keys 3; until_shown 'c6'; shot wide-campaigns
begin zh-CN 60x16; shot small-links
keys 4; until_shown '\*\*\*\*'; shot small-clicks
echo nothing there yet, and nobody who answers
key=0123456789abcdef0123456789abcdef
for lang in en zh-CN; do
  "$yunque" sandbox --listen 127.0.0.1:0 >"$work/listening-$lang" 2>&1 &
  sandbox=$!
  until grep -qs 'http://' "$work/listening-$lang"; do read -rt 0.05 <> <(:) || true; done
  url=$(grep -oE 'http://[0-9.:]+' "$work/listening-$lang" | head -1)
  tmux -L "$server" kill-server 2>/dev/null || true
  server=yunque-tour-$$-$lang-empty
  tmux -L "$server" -f /dev/null new-session -d -s tour -x 80 -y 24 \
    "cd '$work' && HOME='$work/$lang' YUNQUE_API_KEY=$key YUNQUE_BASE_URL=$url LANG=C.UTF-8 '$yunque' --lang $lang; sleep 1000"
  until_shown '¥100,000'
  shot "$lang-17-nothing-yet"
  kill "$sandbox"; wait "$sandbox" 2>/dev/null || true
  keys n; until_shown '(Address|地址|网址)'
  text 'https://m.example.com/1212'; until_shown 'com/1212'; keys Enter; until_shown '✗|! '
  shot "$lang-18-nobody-answers"
done
# The README shows one of them.
if [ "$out" = docs/tour ]; then
  awk -v screen="$out/en-13-clicks.txt" '
    /^<!-- screen/ { print; print "```text"; while ((getline line <screen) > 0) print line; print "```"; skip = 1; next }
    /^<!-- end of the screen/ { skip = 0 }
    !skip' README.md >"$work/README.md" && cp "$work/README.md" README.md
fi
echo "written to $out"
