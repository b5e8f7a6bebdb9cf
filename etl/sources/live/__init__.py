"""Helpdesks read live: what every source shares, so that a new one is one module and one folder of staging SQL.

``kinds`` says what a source is made of, ``settings`` reads ``[sources.NAME]``, ``http`` asks politely and stubbornly,
``rows`` turns records into typed rows or says what is wrong with them, ``privacy`` makes pseudonyms, ``store`` commits
slices of rows together with the cursor, ``extraction`` runs it all. The vendors are modules beside this package.
"""
