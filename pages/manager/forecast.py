"""How much is coming, how sure is that, how many people does it take, and what if?"""

import streamlit as st

from ui import filters, forecast
from ui.page import page
from ui.staffing import staffing

with page("Forecast & staffing") as p:
    ahead = forecast.Ahead(p)
    filters.set_aside()
    forecast.freshness(ahead)
    part = ahead.choose()
    forecast.accuracy(ahead, part)
    forecast.chart(ahead, part)
    st.subheader("What events do", anchor=False)
    forecast.effects(ahead, part)
    st.subheader("Growth", anchor=False)
    forecast.growth(ahead, part)
    st.subheader("The backlog to come", anchor=False)
    forecast.backlog(ahead, part)
    st.subheader("People needed against the roster", anchor=False)
    staffing(ahead)
