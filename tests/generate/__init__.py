"""Makes reports from known values, in many layouts, as HTML and (printed by browsers and offices) as PDF.

``known`` draws the values, ``drawn`` lays them out as tables, ``html`` writes pages, ``printers`` prints them,
``minipdf`` writes PDFs directly for what no printer here produces.
"""
