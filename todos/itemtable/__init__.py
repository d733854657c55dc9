"""Brings over the table of the workshop's bot, itemTable(user_id, item, todo_flg)."""
