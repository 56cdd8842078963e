"""Label sheets of data sets, for scripts/labels_to_csv.py: sheets.py reads cells of workbooks and
CSV files, records.py has what becomes of a row, readers.py knows each data set's sheets."""
