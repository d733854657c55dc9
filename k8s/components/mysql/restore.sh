# The database as it was in $BACKUP, a file in /backup, or in the newest. Needs MYSQL_PWD and bash.
# Nobody should use the database meanwhile.
set -euo pipefail

if [[ $BACKUP == newest ]]; then
  BACKUP=$(find /backup -name 'todobot-*.sql.gz' -printf '%f\n' | sort | tail -n 1)
fi
[[ -f /backup/$BACKUP ]] || { echo "there is no backup ${BACKUP:+$BACKUP }in /backup; there are:" && ls -l /backup; exit 1; }
gzip --test "/backup/$BACKUP"

client=(mysql --host=mysql-db --user=todobot --batch --skip-column-names todobot)
# Also those that are younger than the backup.
# shellcheck disable=SC2016  # the backquotes are SQL's
"${client[@]}" --execute 'SHOW TABLES' |
  sed 's/.*/DROP TABLE `&`;/; 1i SET foreign_key_checks = 0;' | "${client[@]}"
gunzip -c "/backup/$BACKUP" | "${client[@]}"
echo "restored $BACKUP"
