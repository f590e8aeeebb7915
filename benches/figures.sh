#!/usr/bin/env bash
# The figures of the release binary, each beside the command that shows it. Loopback only; about a minute.
#   benches/figures.sh [path/to/yunque]
# Needs python3 and GNU time. Numbers move with the machine: compare them within one run.
set -euo pipefail

yunque=$(realpath "${1:-target/release/yunque}")
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

"$yunque" sandbox --listen 127.0.0.1:0 --audience 0 --balance 10000000 >listening &
server=$!
until grep -q listening listening; do read -rt 0.05 <> <(:) || true; done
export YUNQUE_API_KEY=0123456789abcdef0123456789abcdef YUNQUE_BASE_URL HOME="$work"
YUNQUE_BASE_URL=$(sed 's/listening on //' listening)

python3 - <<'PY'
with open("hundred-thousand.txt", "w") as f:
    f.writelines(f"{13900000000 + n}\n" for n in range(100_000))
with open("million.txt", "w") as f:
    f.writelines(f"{13800000000 + n}\n" for n in range(1_000_000))
with open("named.csv", "w") as f:
    f.write("mobile,name\n")
    f.writelines(f"{13700000000 + n},n{n}\n" for n in range(1_000))
PY

# What a campaign's own document says of its dispatch: first intent to last outcome.
rate='
import json, sys
from datetime import datetime
c = json.load(sys.stdin)["campaign"]
first, last = (datetime.fromisoformat(c[k]) for k in ("first_at", "last_at"))
s = max((last - first).total_seconds(), 0.001)
counts = c["counts"]
print("%d accepted in %.3f s: %s a second" % (counts["accepted"], s, format(int(counts["total"] / s), ",")))
'
send() { "$yunque" send "$@" --kind notification --yes --json 2>/dev/null; }

echo "size of the binary:           $(stat -c %s "$yunque") bytes"
echo "100,000 in 100 calls:         $(send --recipients hundred-thousand.txt --text '【云雀】您好' --batch-size 1000 --in-flight 8 --data-dir a | python3 -c "$rate")"
echo "1,000 texts of their own:     $(send --recipients named.csv --text '【云雀】{name}您好' --in-flight 32 --data-dir b | python3 -c "$rate")"
/usr/bin/time -o time -f '%e s, %M KiB at most' "$yunque" send --recipients million.txt --text '【云雀】您好' --kind notification --dry-run --json --data-dir c >/dev/null 2>&1
echo "1,000,000 read and checked:   $(cat time)"
/usr/bin/time -o time -f '%e s in all, %M KiB at most' "$yunque" send --recipients million.txt --text '【云雀】您好' --kind notification --yes --json --batch-size 1000 --in-flight 8 --data-dir d 2>/dev/null | python3 -c "$rate" >sent
echo "1,000,000 sent:               $(cat sent), $(cat time)"
