import type { Database } from '@regie/engine'
import { sql } from 'kysely'

/** Takes the rows of a database of tests out, numbers from 1 again, and drops the tables of apps. Not by `truncate`, which makes new files. */
export async function emptyTables(database: Database): Promise<void> {
  await sql`
    do $$ declare name text; begin
      set local session_replication_role = replica;
      for name in select relname from pg_class
        where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition loop
        if name = 'engine_event_order' then update engine_event_order set shift = 0;
        elsif name ~ '^(engine|platform)_' then execute format('delete from %I', name);
        elsif name <> 'regie_migration' then execute format('drop table %I cascade', name);
        end if;
      end loop;
      perform setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        from pg_sequences where schemaname = current_schema() and last_value is not null;
      delete from regie_migration where owner not in ('engine', 'platform');
    end $$`.execute(database.kysely())
}

/** A digest of everything but the rows: schemas, columns, indexes, constraints, triggers, functions, and which migrations were applied. */
export async function shapeOf(database: Database): Promise<string> {
  const { rows } = await sql<{ shape: string }>`
    with parts (part) as (
      select nspname::text from pg_namespace where nspname !~ '^pg_'
      union all
      select concat_ws(' ', c.relname, c.relkind, a.attname, a.atttypid::regtype, a.attnotnull, a.attcollation,
          pg_get_expr(d.adbin, d.adrelid))
        from pg_class c join pg_attribute a on a.attrelid = c.oid
          left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace = current_schema()::regnamespace and a.attnum > 0 and not a.attisdropped
      union all
      select pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = current_schema()::regnamespace
      union all
      select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
        where connamespace = current_schema()::regnamespace
      union all
      select concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled) from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = current_schema()::regnamespace and not tgisinternal
      union all
      select concat_ws(' ', proname, prosrc) from pg_proc where pronamespace = current_schema()::regnamespace
      union all
      select concat_ws(' ', owner, name, checksum) from regie_migration
    )
    select md5(string_agg(part, '|' order by part collate "C")) as shape from parts`.execute(database.kysely())
  return rows[0]?.shape ?? ''
}
