-- The profile features of tools/feature_queries, written by hand for DuckDB; $now is the start of the as-of day.
-- Views order_lines, products and customers hold the canonical tables. Money is summed in whole cents.
WITH lines AS NOT MATERIALIZED (
    SELECT customer_id, order_id, product_id, ordered_at, coupon_id,
        round(quantity * 1000)::BIGINT AS milli,
        round(revenue * 100)::BIGINT AS cents,
        round(quantity * unit_price * 100)::BIGINT AS gross,
        round(coalesce(discount, 0) * 100)::BIGINT AS off,
        round(unit_price * 100)::BIGINT AS unit_cents
    FROM order_lines
    WHERE ordered_at < $now
),
shop AS (
    SELECT min(ordered_at) AS first_at, count(*) AS lines, count(*) FILTER (off > 0) AS discounted FROM lines
),
baskets AS (
    SELECT customer_id, min(ordered_at) AS moment, max(ordered_at) AS until, count(*) AS lines,
        coalesce(sum(milli) FILTER (milli > 0), 0)::BIGINT AS milli,
        -coalesce(sum(milli) FILTER (milli < 0), 0)::BIGINT AS returned,
        sum(cents)::BIGINT AS cents, coalesce(sum(gross) FILTER (milli > 0), 0)::BIGINT AS gross,
        sum(off)::BIGINT AS off, count(*) FILTER (off > 0) AS discounted, count(coupon_id) AS coupons
    FROM lines
    GROUP BY customer_id, order_id
),
sums AS (
    SELECT customer_id, count(*) AS frequency, min(moment) AS first_at, max(until) AS last_at,
        sum(cents)::BIGINT AS cents, max(cents) AS max_cents, sum(lines)::BIGINT AS lines, sum(milli)::BIGINT AS milli,
        sum(returned)::BIGINT AS returned, sum(gross)::BIGINT AS gross, sum(off)::BIGINT AS off,
        sum(discounted)::BIGINT AS discounted, sum(coupons)::BIGINT AS coupons,
        sum(round(sin(hour(moment) * pi() / 12) * 1e9)::BIGINT)::DOUBLE AS sines,
        sum(round(cos(hour(moment) * pi() / 12) * 1e9)::BIGINT)::DOUBLE AS cosines,
        count(*) FILTER (hour(moment) < 6) AS night, count(*) FILTER (hour(moment) BETWEEN 6 AND 11) AS morning,
        count(*) FILTER (hour(moment) BETWEEN 12 AND 17) AS afternoon, count(*) FILTER (hour(moment) >= 18) AS evening,
        count(*) FILTER (isodow(moment) = 1) AS mon, count(*) FILTER (isodow(moment) = 2) AS tue,
        count(*) FILTER (isodow(moment) = 3) AS wed, count(*) FILTER (isodow(moment) = 4) AS thu,
        count(*) FILTER (isodow(moment) = 5) AS fri, count(*) FILTER (isodow(moment) = 6) AS sat,
        count(*) FILTER (isodow(moment) = 7) AS sun,
        count(*) FILTER (moment >= $now - INTERVAL 4 WEEK) AS o4,
        count(*) FILTER (moment >= $now - INTERVAL 13 WEEK) AS o13,
        count(*) FILTER (moment >= $now - INTERVAL 26 WEEK) AS o26,
        count(*) FILTER (moment >= $now - INTERVAL 52 WEEK) AS o52,
        count(*) FILTER (moment >= $now - INTERVAL 8 WEEK) - o4 AS p4,
        o26 - o13 AS p13, o52 - o26 AS p26, count(*) FILTER (moment >= $now - INTERVAL 104 WEEK) - o52 AS p52,
        coalesce(sum(cents) FILTER (moment >= $now - INTERVAL 4 WEEK), 0)::BIGINT AS c4,
        coalesce(sum(cents) FILTER (moment >= $now - INTERVAL 13 WEEK), 0)::BIGINT AS c13,
        coalesce(sum(cents) FILTER (moment >= $now - INTERVAL 26 WEEK), 0)::BIGINT AS c26,
        coalesce(sum(cents) FILTER (moment >= $now - INTERVAL 52 WEEK), 0)::BIGINT AS c52,
        coalesce(sum(cents) FILTER (moment >= $now - INTERVAL 8 WEEK), 0)::BIGINT - c4 AS d4,
        c26 - c13 AS d13, c52 - c26 AS d26,
        coalesce(sum(cents) FILTER (moment >= $now - INTERVAL 104 WEEK), 0)::BIGINT - c52 AS d52
    FROM baskets
    GROUP BY customer_id
),
days AS (
    SELECT customer_id, day, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap
    FROM (SELECT DISTINCT customer_id, ordered_at::DATE AS day FROM lines)
),
intervals AS (
    SELECT customer_id, count(*) AS order_days, median(gap) AS interval_days, sum(gap)::BIGINT AS gap_sum,
        ((order_days - 1) * sum(gap * gap) - gap_sum * gap_sum)::DOUBLE AS squares
    FROM days
    GROUP BY customer_id
),
rhythm AS (
    SELECT coalesce(ceil(round(quantile_cont(gap, 0.95), 6)), 30)::INT AS quiet,
        greatest(coalesce(ceil(round(quantile_cont(gap, 0.99), 6)), 90)::INT, quiet + 1) AS gone
    FROM days
),
pairs AS (
    SELECT customer_id, category, count(*) AS orders, sum(cents)::BIGINT AS cents
    FROM (
        SELECT customer_id, order_id, category, sum(cents)::BIGINT AS cents
        FROM lines JOIN products USING (product_id)
        WHERE category IS NOT NULL
        GROUP BY ALL
    )
    GROUP BY ALL
),
rarity AS (
    SELECT category, round(ln((SELECT count(DISTINCT customer_id) FROM pairs) / count(*)) * 1e6)::BIGINT AS idf
    FROM pairs
    GROUP BY category
),
interests AS (
    SELECT customer_id, max(category) FILTER (turn = 1) AS i1, max(category) FILTER (turn = 2) AS i2,
        max(category) FILTER (turn = 3) AS i3, max(weight) FILTER (turn = 1) AS w1,
        max(weight) FILTER (turn = 2) AS w2, max(weight) FILTER (turn = 3) AS w3
    FROM (
        SELECT customer_id, category, orders * idf AS weight,
            row_number() OVER (PARTITION BY customer_id ORDER BY orders * idf DESC, category) AS turn
        FROM pairs JOIN rarity USING (category)
        WHERE idf > 0
        QUALIFY turn <= 3
    )
    GROUP BY customer_id
),
categories AS (
    SELECT customer_id, max(category) FILTER (turn = 1) AS l1, max(category) FILTER (turn = 2) AS l2,
        max(category) FILTER (turn = 3) AS l3, max(cents) FILTER (turn = 1) AS c1, max(cents) FILTER (turn = 2) AS c2,
        max(cents) FILTER (turn = 3) AS c3
    FROM (
        SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY cents DESC, category) AS turn
        FROM pairs
        QUALIFY turn <= 3
    )
    GROUP BY customer_id
),
breadth AS (
    SELECT customer_id, count(*) AS categories, sum(orders)::BIGINT AS category_orders FROM pairs GROUP BY customer_id
),
brand_pairs AS (
    SELECT customer_id, brand, sum(cents)::BIGINT AS cents
    FROM lines JOIN products USING (product_id)
    WHERE brand IS NOT NULL
    GROUP BY ALL
),
brands AS (
    SELECT customer_id, max(brand) FILTER (turn = 1) AS l1, max(brand) FILTER (turn = 2) AS l2,
        max(brand) FILTER (turn = 3) AS l3, max(cents) FILTER (turn = 1) AS c1, max(cents) FILTER (turn = 2) AS c2,
        max(cents) FILTER (turn = 3) AS c3, max(turn) AS brands
    FROM (
        SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY cents DESC, brand) AS turn FROM brand_pairs
    )
    GROUP BY customer_id
),
departments AS (
    SELECT customer_id, max(department) AS l1, max(cents) AS c1
    FROM (
        SELECT customer_id, department, sum(cents)::BIGINT AS cents,
            row_number() OVER (PARTITION BY customer_id ORDER BY sum(cents) DESC, department) AS turn
        FROM lines JOIN products USING (product_id)
        WHERE department IS NOT NULL
        GROUP BY customer_id, department
        QUALIFY turn = 1
    )
    GROUP BY customer_id
),
positions AS (
    SELECT product_id, CASE WHEN max(paid) OVER (PARTITION BY category) > min(paid) OVER (PARTITION BY category)
            THEN round(percent_rank() OVER (PARTITION BY category ORDER BY paid) * 1000)::BIGINT END AS position
    FROM (
        SELECT product_id, round(sum(unit_cents) / count(*))::BIGINT AS paid
        FROM lines
        WHERE milli > 0
        GROUP BY product_id
    ) JOIN products USING (product_id)
),
levels AS (
    SELECT customer_id, sum(position) / nullif(count(position) * 1000, 0) AS price_level
    FROM lines JOIN positions USING (product_id)
    WHERE milli > 0
    GROUP BY customer_id
),
ranked AS (
    SELECT *, date_diff('day', last_at::DATE, $now::DATE) AS recency_days,
        date_diff('day', first_at::DATE, $now::DATE) AS tenure_days
    FROM sums
),
r AS (
    SELECT recency_days, (10 * sum(n) OVER (ORDER BY recency_days DESC) - 5 * n + 5 + 2 * sum(n) OVER () - 1)
            // (2 * sum(n) OVER ()) AS r
    FROM (SELECT recency_days, count(*) AS n FROM ranked GROUP BY recency_days)
),
f AS (
    SELECT frequency, (10 * sum(n) OVER (ORDER BY frequency) - 5 * n + 5 + 2 * sum(n) OVER () - 1)
            // (2 * sum(n) OVER ()) AS f
    FROM (SELECT frequency, count(*) AS n FROM ranked GROUP BY frequency)
),
m AS (
    SELECT cents, (10 * sum(n) OVER (ORDER BY cents) - 5 * n + 5 + 2 * sum(n) OVER () - 1)
            // (2 * sum(n) OVER ()) AS m,
        (sum(n) OVER () - sum(n) OVER (ORDER BY cents) + 1) / sum(n) OVER () AS share
    FROM (SELECT cents, count(*) AS n FROM ranked GROUP BY cents)
)
SELECT customer_id, recency_days, frequency, s.cents / 100 AS spend, s.first_at, last_at, tenure_days,
    round_even(s.cents / 100 / frequency * 100, 0) / 100 AS mean_order_value, max_cents / 100 AS max_order_value,
    milli / 1000 AS units, s.lines, s.lines / frequency AS mean_order_lines, milli / 1000 / frequency AS mean_order_units,
    s.discounted / s.lines AS discount_line_share, off / nullif(gross, 0) AS discount_rate,
    coupons / s.lines AS coupon_line_share,
    s.discounted / s.lines / nullif(shop.discounted / shop.lines, 0) AS discount_affinity,
    returned / nullif(milli, 0) AS return_share,
    CASE WHEN sines <> 0 OR cosines <> 0 THEN (atan2(sines, cosines) * 12 / pi() + 24) % 24 END AS usual_hour,
    sqrt(sines * sines + cosines * cosines) / (frequency * 1e9) AS hour_concentration,
    night / frequency AS night_share, morning / frequency AS morning_share, afternoon / frequency AS afternoon_share,
    evening / frequency AS evening_share,
    CASE greatest(mon, tue, wed, thu, fri, sat, sun) WHEN mon THEN 'Monday' WHEN tue THEN 'Tuesday'
        WHEN wed THEN 'Wednesday' WHEN thu THEN 'Thursday' WHEN fri THEN 'Friday' WHEN sat THEN 'Saturday'
        ELSE 'Sunday' END AS usual_weekday,
    (sat + sun) / frequency AS weekend_share,
    o4 AS orders_4w, o13 AS orders_13w, o26 AS orders_26w, o52 AS orders_52w,
    c4 / 100 AS spend_4w, c13 / 100 AS spend_13w, c26 / 100 AS spend_26w, c52 / 100 AS spend_52w,
    CASE WHEN shop.first_at < $now - INTERVAL 55 DAY THEN (o4 - p4) / nullif(o4 + p4, 0) END AS orders_trend_4w,
    CASE WHEN shop.first_at < $now - INTERVAL 181 DAY THEN (o13 - p13) / nullif(o13 + p13, 0) END AS orders_trend_13w,
    CASE WHEN shop.first_at < $now - INTERVAL 363 DAY THEN (o26 - p26) / nullif(o26 + p26, 0) END AS orders_trend_26w,
    CASE WHEN shop.first_at < $now - INTERVAL 727 DAY THEN (o52 - p52) / nullif(o52 + p52, 0) END AS orders_trend_52w,
    CASE WHEN shop.first_at < $now - INTERVAL 55 DAY THEN (c4 - d4) / nullif(c4 + d4, 0) END AS spend_trend_4w,
    CASE WHEN shop.first_at < $now - INTERVAL 181 DAY THEN (c13 - d13) / nullif(c13 + d13, 0) END AS spend_trend_13w,
    CASE WHEN shop.first_at < $now - INTERVAL 363 DAY THEN (c26 - d26) / nullif(c26 + d26, 0) END AS spend_trend_26w,
    CASE WHEN shop.first_at < $now - INTERVAL 727 DAY THEN (c52 - d52) / nullif(c52 + d52, 0) END AS spend_trend_52w,
    r::BIGINT AS r, f::BIGINT AS f, m::BIGINT AS m,
    CASE WHEN share <= 0.1 THEN 'top' WHEN share <= 0.3 THEN 'high' WHEN share <= 0.7 THEN 'middle' ELSE 'low' END AS tier,
    order_days, interval_days, gap_sum / nullif(order_days - 1, 0) AS mean_interval_days,
    sqrt(squares / nullif((order_days - 1) * (order_days - 2), 0)) AS interval_spread_days,
    recency_days / mean_interval_days AS overdue,
    CASE WHEN recency_days > gone AND recency_days > 2 * coalesce(mean_interval_days, 0) THEN 'lapsed'
        WHEN tenure_days <= gone THEN 'new'
        WHEN recency_days > quiet AND recency_days > 2 * coalesce(mean_interval_days, 0) THEN 'at_risk'
        WHEN recency_days > quiet THEN 'hibernating'
        WHEN f = 5 AND m >= 4 THEN 'champions' WHEN f >= 4 THEN 'loyal' WHEN f = 3 THEN 'active'
        ELSE 'promising' END AS stage,
    d.l1 AS top_department, d.c1 / nullif(s.cents, 0) AS top_department_share,
    k.l1 AS top_category, k.c1 / nullif(s.cents, 0) AS top_category_share, k.l2 AS top_category_2,
    k.c2 / nullif(s.cents, 0) AS top_category_2_share, k.l3 AS top_category_3,
    k.c3 / nullif(s.cents, 0) AS top_category_3_share, categories, category_orders / frequency AS mean_order_categories,
    i1 AS interest_1, w1 / (frequency * 1e6) AS interest_1_weight, i2 AS interest_2,
    w2 / (frequency * 1e6) AS interest_2_weight, i3 AS interest_3, w3 / (frequency * 1e6) AS interest_3_weight,
    b.l1 AS top_brand, b.c1 / nullif(s.cents, 0) AS top_brand_share, b.l2 AS top_brand_2,
    b.c2 / nullif(s.cents, 0) AS top_brand_2_share, b.l3 AS top_brand_3, b.c3 / nullif(s.cents, 0) AS top_brand_3_share,
    coalesce(brands, 0) AS brands, price_level,
    CASE WHEN price_level < 1 / 3 THEN 'budget' WHEN price_level > 2 / 3 THEN 'premium'
        WHEN price_level IS NOT NULL THEN 'middle' END AS price_tier,
    CASE WHEN signed_up_at < $now THEN date_diff('day', signed_up_at::DATE, $now::DATE) END AS account_days
FROM ranked AS s CROSS JOIN shop CROSS JOIN rhythm
    JOIN intervals USING (customer_id) JOIN r USING (recency_days) JOIN f USING (frequency) JOIN m USING (cents)
    LEFT JOIN departments AS d USING (customer_id) LEFT JOIN categories AS k USING (customer_id)
    LEFT JOIN breadth USING (customer_id) LEFT JOIN interests USING (customer_id)
    LEFT JOIN brands AS b USING (customer_id) LEFT JOIN levels USING (customer_id)
    LEFT JOIN customers USING (customer_id)
ORDER BY customer_id
