# All tables as of one moment, while the bot serves; the oldest backups go. Needs MYSQL_PWD, KEEP and bash.
set -euo pipefail
umask 077

file=/backup/todobot-$(date -u +%Y%m%dT%H%M%SZ).sql.gz
# Under its own name only when it is whole.
trap 'rm -f "$file.part"' EXIT
mysqldump --host=mysql-db --user=todobot --single-transaction --no-tablespaces --skip-triggers --skip-add-locks \
  --set-gtid-purged=OFF todobot | gzip >"$file.part"
gzip --test "$file.part"
sync "$file.part"
mv "$file.part" "$file"
echo "made $file, $(stat -c %s "$file") bytes"

find /backup -name 'todobot-*.sql.gz' | sort -r | tail -n +"$((KEEP + 1))" | xargs -r rm -v
