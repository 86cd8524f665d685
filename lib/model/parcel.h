/* parcel.h: all rows that a generation needs, to be done where there is no
 * database but an empty one, and those that it leaves there. */
#ifndef PARCEL_H
#define PARCEL_H

#include "text/value.h"

#include <stdbool.h>

/* parcel_fits: whether a job of that payload can be done elsewhere: not by the
 * generator of a Dify, whose secrets stay here. */
bool parcel_fits(const struct value *payload);

/*
 * parcel_pack: the job, its language model (the key sealed), its Dify without
 * secrets and what that has. parcel_unpack: puts them into this database, the
 * job as queued; in a transaction. false: made by another version of this
 * program, or no parcel.
 */
struct value *parcel_pack(struct arena *a, const char *job_id);
bool parcel_unpack(const struct value *parcel);

/*
 * parcel_pack_back: what the job has left besides its own row; parcel_take_back
 * writes it down where the job came from; in a transaction. parcel_clear: takes
 * a job's row out of an empty database again.
 */
struct value *parcel_pack_back(struct arena *a, const char *job_id);
void parcel_take_back(const struct value *back);
void parcel_clear(const char *job_id);

#endif
