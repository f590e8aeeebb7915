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
  tmux -L "$server" -f /dev/null new-session -d -s tour -x "${2%x*}" -y "${2#*x}" \
    "cd '$work' && HOME='$work' LANG=C.UTF-8 '$yunque' --sandbox --lang $1 --seed 7; sleep 1000"
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

for lang in en zh-CN; do
  echo "$lang"
  begin "$lang" 80x24
  shot "$lang-01-links"
  keys n; until_shown 'https?://'; text 'https://m.example.com/1212/vip?src=sms'; keys Tab; text '双12 VIP'
  shot "$lang-02-new-link"
  keys Enter; until_shown '双12 VIP'
  shot "$lang-03-link-made"
  keys s; until_shown '\[2 '
  shot "$lang-04-compose"
  keys Escape; keys 3; until_shown '\[3 '
  shot "$lang-05-campaigns"
  keys 4; until_shown '\[4 '
  shot "$lang-06-clicks"
  keys '?'; shot "$lang-07-help"; keys Escape
  keys ':'; shot "$lang-08-palette"; keys Escape
done
begin en 120x40; keys 4; until_shown '\[4 '; shot wide-clicks
begin zh-CN 60x16; shot small-links
echo "written to $out"
