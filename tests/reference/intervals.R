# Reference values for tests/test_intervals.py, from base R alone. Run it in this folder:
#
#   Rscript intervals.R
#
# Wilson, Clopper-Pearson and the conditional odds ratio are R's own functions. Score
# limits are from their definition by another road than the Python code takes: the most
# likely proportions are searched for where the slope of the likelihood is 0, not taken
# from the closed form of a cubic or a quadratic.

tables <- rbind(
  # Newcombe (1998) Statistics in Medicine 17:873-890, examples (a) to (h)
  c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29),
  c(0, 10, 0, 20), c(0, 10, 0, 10), c(10, 10, 0, 20), c(10, 10, 0, 10),
  # Koopman (1984) Biometrics 40:513-517
  c(36, 40, 16, 80),
  # the edges
  c(0, 1, 0, 1), c(1, 1, 0, 1), c(0, 1, 1, 1), c(1, 1, 1, 1), c(1, 2, 1, 2),
  c(0, 20, 5, 20), c(5, 20, 0, 20), c(20, 20, 15, 20), c(15, 20, 20, 20),
  c(20, 20, 20, 20), c(7, 7, 12, 12), c(1, 100, 0, 3), c(3, 3, 99, 100),
  # equal proportions, unequal sizes
  c(2, 4, 20, 40), c(1, 3, 33, 99),
  # the ordinary
  c(12, 20, 9, 20), c(16, 20, 6, 20), c(3, 15, 14, 21), c(47, 512, 80, 498),
  c(1, 1000, 3, 50), c(400, 1000, 650, 1000)
)

root <- function(f, low, high) {
  uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root
}

# where a falling slope crosses 0, or the end it does not reach
most_likely <- function(slope, low, high) {
  inside <- (high - low) * 1e-15
  if (high - low < 1e-14) return((low + high) / 2)
  if (slope(low + inside) <= 0) return(low)
  if (slope(high - inside) >= 0) return(high)
  root(slope, low + inside, high - inside)
}

times <- function(count, value) if (count == 0) 0 else count * value

likely_for_difference <- function(d, x1, n1, x0, n0) {
  slope <- function(p) {
    times(x1, 1 / (p + d)) - times(n1 - x1, 1 / (1 - p - d)) +
      times(x0, 1 / p) - times(n0 - x0, 1 / (1 - p))
  }
  p0 <- most_likely(slope, max(0, -d), min(1, 1 - d))
  c(p0 + d, p0)
}

likely_for_ratio <- function(r, x1, n1, x0, n0) {
  slope <- function(p) {
    times(x1 + x0, 1 / p) - times(n1 - x1, r / (1 - r * p)) -
      times(n0 - x0, 1 / (1 - p))
  }
  p0 <- most_likely(slope, 0, min(1, 1 / r))
  c(min(1, r * p0), p0)
}

# on log odds, so that proportions near 1 keep their digits
likely_for_odds <- function(log_ratio, x1, n1, x0, n0) {
  odds <- root(function(t) n1 * plogis(t + log_ratio) + n0 * plogis(t) - x1 - x0,
               -90, 90)
  c(odds + log_ratio, odds)
}

spread <- function(p, n) max(0, p * (1 - p)) / n

# each score test as atan(distance / standard deviation), which rises from -pi/2 to pi/2
angle <- function(distance, variance) {
  if (abs(distance) < 1e-300) 0 else atan2(distance, sqrt(variance))
}

tests <- list(
  difference = function(d, x1, n1, x0, n0, factor) {
    p <- likely_for_difference(d, x1, n1, x0, n0)
    angle(d - (x1 / n1 - x0 / n0), factor * (spread(p[1], n1) + spread(p[2], n0)))
  },
  ratio = function(d, x1, n1, x0, n0, factor) {
    r <- exp(d)
    p <- likely_for_ratio(r, x1, n1, x0, n0)
    angle(r * x0 / n0 - x1 / n1,
          factor * (spread(p[1], n1) + r^2 * spread(p[2], n0)))
  },
  odds = function(d, x1, n1, x0, n0, factor) {
    t <- likely_for_odds(d, x1, n1, x0, n0)
    spreads <- c(n1, n0) * plogis(t) * plogis(-t)
    # without cancellation where the arm has nothing but events
    distance <- (n1 - x1) * plogis(t[1]) - x1 * plogis(-t[1])
    angle(distance, factor / sum(1 / spreads))
  }
)

z <- function(level) qnorm(1 - (1 - level) / 2)

difference <- function(x1, n1, x0, n0, level) {
  factor <- (n1 + n0) / (n1 + n0 - 1)
  f <- function(d) tests$difference(d, x1, n1, x0, n0, factor)
  estimate <- x1 / n1 - x0 / n0
  c(estimate,
    if (estimate == -1) -1 else root(function(d) f(d) + atan(z(level)), -1, estimate),
    if (estimate == 1) 1 else root(function(d) f(d) - atan(z(level)), estimate, 1))
}

newcombe <- function(x1, n1, x0, n0, level) {
  w1 <- wilson(x1, n1, level)
  w0 <- wilson(x0, n0, level)
  estimate <- x1 / n1 - x0 / n0
  c(estimate,
    estimate - sqrt((w1[1] - w1[2])^2 + (w0[3] - w0[1])^2),
    estimate + sqrt((w1[3] - w1[1])^2 + (w0[1] - w0[2])^2))
}

wilson <- function(x, n, level) {
  # prop.test warns of small counts
  limits <- suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE))
  c(x / n, limits$conf.int)
}

clopper_pearson <- function(x, n, level) {
  c(x / n, binom.test(x, n, conf.level = level)$conf.int)
}

score_on_logs <- function(name, x1, n1, x0, n0, level, factor, estimate) {
  f <- function(d) tests[[name]](d, x1, n1, x0, n0, factor)
  reach <- 25
  low <- if (estimate == 0) 0
         else exp(root(function(d) f(d) + atan(z(level)), -reach, reach))
  high <- if (estimate == Inf) Inf
          else exp(root(function(d) f(d) - atan(z(level)), -reach, reach))
  c(estimate, low, high)
}

ratio <- function(x1, n1, x0, n0, level, factor) {
  if (x1 + x0 == 0) return(c(NaN, 0, Inf))
  estimate <- (x1 / n1) / (x0 / n0)
  score_on_logs("ratio", x1, n1, x0, n0, level, factor, estimate)
}

odds <- function(x1, n1, x0, n0, level) {
  if (x1 + x0 == 0 || x1 + x0 == n1 + n0) return(c(NaN, 0, Inf))
  estimate <- x1 * (n0 - x0) / (x0 * (n1 - x1))
  factor <- (n1 + n0) / (n1 + n0 - 1)
  score_on_logs("odds", x1, n1, x0, n0, level, factor, estimate)
}

# fisher.test solves only to about 1e-4 on ratios from 0 to 1, so its distribution is written out here, after its
# source: noncentral hypergeometric, solved on the log of the odds ratio.
conditional <- function(x1, n1, x0, n0, level) {
  events <- x1 + x0
  if (events == 0 || events == n1 + n0) return(c(NaN, 0, Inf))
  support <- max(0, events - n0):min(n1, events)
  central <- dhyper(support, n1, n0, events, log = TRUE)
  density <- function(d) {
    weight <- central + d * support
    weight <- exp(weight - max(weight))
    weight / sum(weight)
  }
  tail <- (1 - level) / 2
  solve <- function(f) exp(root(f, -25, 25))
  lowest <- x1 == min(support)
  highest <- x1 == max(support)
  c(if (lowest) 0 else if (highest) Inf
    else solve(function(d) sum(support * density(d)) - x1),
    if (lowest) 0 else solve(function(d) sum(density(d)[support >= x1]) - tail),
    if (highest) Inf else solve(function(d) sum(density(d)[support <= x1]) - tail))
}

rows <- list()
keep <- function(measure, method, level, table, found) {
  rows[[length(rows) + 1]] <<- c(measure, method, level, table,
                                 sprintf("%.15g", found))
}

for (level in c(0.95, 0.99)) {
  for (i in seq_len(nrow(tables))) {
    t <- tables[i, ]
    x1 <- t[1]; n1 <- t[2]; x0 <- t[3]; n0 <- t[4]
    factor <- (n1 + n0) / (n1 + n0 - 1)
    one <- c(x1, n1, NA, NA)
    keep("proportion", "wilson", level, one, wilson(x1, n1, level))
    keep("proportion", "clopper-pearson", level, one, clopper_pearson(x1, n1, level))
    keep("difference", "miettinen-nurminen", level, t,
         difference(x1, n1, x0, n0, level))
    keep("difference", "newcombe", level, t, newcombe(x1, n1, x0, n0, level))
    keep("ratio", "miettinen-nurminen", level, t, ratio(x1, n1, x0, n0, level, factor))
    keep("ratio", "koopman", level, t, ratio(x1, n1, x0, n0, level, 1))
    keep("odds", "miettinen-nurminen", level, t, odds(x1, n1, x0, n0, level))
    found <- conditional(x1, n1, x0, n0, level)
    fisher <- fisher.test(matrix(c(x1, n1 - x1, x0, n0 - x0), 2, byrow = TRUE),
                          conf.level = level)
    printed <- c(fisher$estimate, fisher$conf.int)
    apart <- is.finite(found) & found > 0
    # R gives an estimate of 0 or an interval from 0 to Inf where there is no estimate
    small <- function(ratio) pmin(ratio, 1 / ratio)
    stopifnot(all(abs(small(printed[apart]) - small(found[apart])) < 2.5e-4))
    keep("odds", "conditional", level, t, found)
  }
}

columns <- c("measure", "method", "level", "events_1", "n_1", "events_0", "n_0",
             "estimate", "low", "high")
table <- do.call(rbind, rows)
lines <- c(paste("#", R.version.string), paste(columns, collapse = ","),
           apply(table, 1, function(r) paste(ifelse(is.na(r), "", r), collapse = ",")))
writeLines(unique(lines), "intervals.csv")
