"""From the portal's neutral answers to the codes of the two official questionnaires, and back.

`bdt` is BDT 2015/SIKS, `regsosek` is Regsosek 2022.K. They contradict each other (a floor of soil is 9 here and 8
there), so nothing in the portal is ever kept in either of them.
"""
